"""What the suite says, it says in Chinese too."""

from pathlib import Path

import closeloop.suite
from closeloop.chassis.catalogue import faults_of


def test_every_sentence_has_its_chinese():
    assert faults_of(Path(closeloop.suite.__file__).parent) == []
