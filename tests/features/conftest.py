"""A small collection with every kind of candidate: no title, no text, repeats, unknown words."""

from collections.abc import Sequence

import numpy as np
import pytest
from lrat_rank.collections.analyzer import Analyzer
