"""Stock Rasa 3.6.21 with TensorFlow, its default pipeline and a small bot: what we compare with."""
