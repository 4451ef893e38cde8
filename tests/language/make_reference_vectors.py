"""Makes `reference_vectors.npz`: what the original sentence model says to twenty sentences.

Run by hand, in an environment of its own that never becomes part of Signpost: Python 3.11 with
`pip install torch==2.13.0 transformers`. There the published weights go through PyTorch's BertModel
with exact GELU, mean pooling and normalisation, as the model's authors use it. The test beside this
file compares Signpost's NumPy encoder with the stored numbers, so the suite needs neither package.

    HF_HUB_OFFLINE=1 python make_reference_vectors.py FOLDER_WITH_THE_MODEL
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import numpy as np

LONGEST = 256

SENTENCES = (
    "can I accept this parent's friend request?",
    "a mum wants to add me on facebook, is that ok",
    "how do I report a cyberbullying post?",
    "photos",
    "",
    "   ",
    "\N{PARTY POPPER}\N{THUMBS UP SIGN}",
    "??!!",
    "na\u00efve caf\u00e9 d\u00e9j\u00e0 vu, Stra\u00dfe, \u0141\u00f3d\u017a",
    "\u0645\u0631\u062d\u0628\u0627 \u0645\u062f\u0631\u0633\u0629",
    "\u5b66\u6821\u306e\u5199\u771f\u3092\u8f09\u305b\u3066\u3082\u3044\u3044\u3067\u3059\u304b",
    "PLEASE STOP POSTING MY CHILD ONLINE!!!",
    "shoud i exept a freind reqest of a parant",
    "tabs\tand\nnew lines\r\nand\x00control\x07characters",
    "https://www.example.org/year-6/photos?id=42&view=all @someone #sportsday",
    "pneumonoultramicroscopicsilicovolcanoconiosis" * 3,
    "Ok.",
    "One of the boys I coach at the weekend found my account, asked to follow it and then wrote to "
    "me about the match on Sunday; I have not replied and would like to know what I should do.",
    "The children sang three songs and everybody filmed them. " * 12,
    "My phone rang late at night and it was a pupil asking about the homework. " * 60,
)


def main(folder: Path) -> None:
    import torch  # type: ignore[import-not-found]  # never installed with Signpost
    from safetensors.torch import load_file
    from tokenizers import Tokenizer
    from transformers import BertConfig, BertModel  # type: ignore[import-not-found]  # as torch

    model = BertModel(BertConfig(**json.loads((folder / "config.json").read_text())))
    weights = load_file(folder / "model.safetensors")
    weights.pop("embeddings.position_ids", None)
    missing, unexpected = model.load_state_dict(weights, strict=False)
    assert not unexpected and not [name for name in missing if "position_ids" not in name]
    model.eval()
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    tokenizer.no_padding()
    tokenizer.enable_truncation(LONGEST)
    rows = []
    with torch.no_grad():
        for sentence in SENTENCES:
            tokens = torch.tensor([tokenizer.encode(sentence).ids])
            pooled = model(tokens).last_hidden_state.mean(dim=1)
            rows.append(torch.nn.functional.normalize(pooled, dim=1)[0].numpy())
    np.savez_compressed(
        Path(__file__).with_name("reference_vectors.npz"),
        sentences=np.array([json.dumps(sentence) for sentence in SENTENCES]),
        vectors=np.array(rows, np.float32),
    )


if __name__ == "__main__":
    main(Path(sys.argv[1]))
