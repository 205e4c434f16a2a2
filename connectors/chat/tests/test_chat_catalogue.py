"""What the connector says, it says in Chinese as well."""

from pathlib import Path

import closeloop.chat
from closeloop.chassis.catalogue import faults_of


def test_every_sentence_has_its_chinese() -> None:
    assert faults_of(Path(str(closeloop.chat.__file__)).parent) == []
