"""What `make bench` runs: each figure the project promises, measured, beside stock Rasa.

It is apart from the tests because it takes minutes, fetches TensorFlow for the comparison, and its
figures depend on the machine. `docs/bench.md` says what each part measures and how.
"""
