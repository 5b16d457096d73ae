"""`manage.py train_offence FOLDER`: makes the weights of the model of offence that the product ships."""

import json
from collections.abc import Sequence
from hashlib import blake2b
from pathlib import Path
from typing import Any

import numpy as np
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from apps.filters.offence import training
from apps.filters.offence.model import SHIPPED
from apps.llm.embeddings import Vectors, embedder

OFFENSIVE, SAFE = Path("cold_offensive_zh/train.jsonl"), Path("banking77/train.jsonl")
EVERY = 4  # of the safe ones
AT_ONCE = 500


class Command(BaseCommand):
    help = (
        "Train the model of offence on COLD's train part, with sentences of banking77 as safe English ones, and write its "
        "weights. The vectors, which take half an hour, are kept in the data folder."
    )
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", metavar="FOLDER", type=Path, help=f"holds {OFFENSIVE} and {SAFE}")

    def handle(self, *args: Any, folder: Path, **options: Any) -> None:
        try:
            examples = [(row["text"], bool(row["offensive"])) for row in _lines(folder / OFFENSIVE)]
            safe = [(row["text"], False) for row in _lines(folder / SAFE)[::EVERY]]
        except (OSError, ValueError, KeyError) as error:
            raise CommandError(f"{folder} does not hold the sets that it learns from: {error}") from error
        learnt = [*examples, *safe]
        made = training.train(learnt, self._vectors([text for text, _offensive in learnt]))
        SHIPPED.write_bytes(made.stored())
        self.stdout.write(f"{SHIPPED.name}: {SHIPPED.stat().st_size} bytes, from {len(learnt)} texts.")

    def _vectors(self, texts: Sequence[str]) -> Vectors:
        digest = blake2b("\n".join([embedder().model_id, *texts]).encode(), digest_size=8).hexdigest()
        kept = settings.DATA_DIR / f"offence-{digest}.npy"
        if not kept.exists():
            kept.parent.mkdir(parents=True, exist_ok=True)
            parts = []
            for start in range(0, len(texts), AT_ONCE):
                parts.append(embedder().embed_questions(texts[start : start + AT_ONCE]).astype(np.float16))
                self.stderr.write(f"{start + len(parts[-1])} of {len(texts)}")
            np.save(kept, np.vstack(parts))
        found: Vectors = np.load(kept).astype(np.float32)
        return found


def _lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines() if line.strip()]
