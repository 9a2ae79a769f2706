"""Texts as sparse vectors: hashed character and word n-grams, weighted by inverse document frequency.

Hashing needs no stored vocabulary: the model stays small and loads fast. Every text is counted twice, as it is written
and in Latin letters: so the languages share the German words that people write in their own script ("термін", "ترمین"),
and romanised writing shares the words of its language.
"""

from typing import Sequence, Tuple

import numpy as np
from anyascii import anyascii
from scipy.sparse import csr_matrix, hstack
from sklearn.feature_extraction.text import HashingVectorizer
from sklearn.preprocessing import normalize as scale_rows

from nlu.normalizing import normalize


class HashedNgrams:
    """Turns texts into rows of unit length.

    Attributes:
        idf: inverse document frequency of every column, known after `fit`.
    """

    def __init__(self, characters: Tuple[int, int], words: Tuple[int, int], bits: int) -> None:
        common = {"n_features": 2**bits, "norm": None, "alternate_sign": False, "dtype": np.float32, "lowercase": False}
        self._counters = [
            HashingVectorizer(analyzer="char_wb", ngram_range=characters, **common),
            HashingVectorizer(analyzer="word", ngram_range=words, token_pattern=r"[\w']+", **common),
        ]
        self.idf = np.ones(2 * len(self._counters) * 2**bits, dtype=np.float32)

    def fit(self, texts: Sequence[str]) -> csr_matrix:
        """Learn the weights of the columns and return the rows of the texts, shape (texts, columns)."""
        counts = self._count(texts)
        frequency = np.bincount(counts.indices, minlength=counts.shape[1])
        self.idf = (np.log((1 + len(texts)) / (1 + frequency)) + 1).astype(np.float32)
        return self._weigh(counts)

    def transform(self, texts: Sequence[str]) -> csr_matrix:
        """Return the rows of the texts, shape (texts, columns)."""
        return self._weigh(self._count(texts))

    def _count(self, texts: Sequence[str]) -> csr_matrix:
        written = [normalize(text) for text in texts]
        latin = [normalize(anyascii(text)) for text in written]
        return hstack([counter.transform(folded) for folded in (written, latin) for counter in self._counters], "csr")

    def _weigh(self, counts: csr_matrix) -> csr_matrix:
        # Sublinear: the tenth repetition of a word says little more than the second.
        counts.data = np.log1p(counts.data) * self.idf[counts.indices]
        return scale_rows(counts, copy=False)
