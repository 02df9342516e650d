"""Whether a difference is more than luck: tests of two samples, and of two classifiers on the same images.

Every p is two-sided. Sources: B. L. Welch, "The generalization of 'Student's' problem when several different population
variances are involved", Biometrika 34 (1947); Q. McNemar, "Note on the sampling error of the difference between
correlated proportions or percentages", Psychometrika 12 (1947); T. G. Dietterich, "Approximate statistical tests for
comparing supervised classification learning algorithms", Neural Computation 10 (1998), for its use on classifiers;
T. M. Mitchell, Machine Learning (1997), sections 5.2 and 5.5, for intervals of an accuracy and of a difference of two.
"""

from __future__ import annotations

import math
import statistics
from collections.abc import Sequence

NOISE = 0.05
# Standard errors of a normal distribution beyond which that share of it lies.
NORMAL = 1.959964
TINY = 1e-300
PRECISION = 1e-15
MOST_TERMS = 100_000


def welch(a: Sequence[float], b: Sequence[float]) -> float | None:
    """The p of Welch's t-test that two samples have the same mean, their variances being free to differ.

    The degrees of freedom are those of the Welch–Satterthwaite equation. None with fewer than two values in a sample,
    or where neither sample varies."""
    if min(len(a), len(b)) < 2:
        return None
    shares = [statistics.variance(sample) / len(sample) for sample in (a, b)]
    total = sum(shares)
    if not (total > 0 and math.isfinite(total)):
        return None
    t = (statistics.fmean(a) - statistics.fmean(b)) / math.sqrt(total)
    spread = sum((share / total) ** 2 / (len(sample) - 1) for share, sample in zip(shares, (a, b), strict=True))
    return student_p(t, 1 / spread)


def single_against_sample(value: float, sample: Sequence[float]) -> float | None:
    """The p of the t-test that one value comes from where the sample does: Student's, of samples of 1 and n.

    t = (value − mean) / (s √(1 + 1/n)) with n − 1 degrees of freedom, as J. R. Crawford and D. C. Howell recommend in
    "Comparing an individual's test score against norms derived from small samples", The Clinical Neuropsychologist 12
    (1998). None where the sample has fewer than two values, or does not vary."""
    if len(sample) < 2:
        return None
    deviation = statistics.stdev(sample)
    if not (deviation > 0 and math.isfinite(value)):
        return None
    t = (value - statistics.fmean(sample)) / (deviation * math.sqrt(1 + 1 / len(sample)))
    return student_p(t, len(sample) - 1)


def holm(several: Sequence[float | None]) -> list[float | None]:
    """The p of several tests at once, each raised so that one of them is below a level by luck no more often than that
    level says; None stays, and is no test.

    S. Holm, "A simple sequentially rejective multiple test procedure", Scandinavian Journal of Statistics 6 (1979)."""
    order = sorted((p, place) for place, p in enumerate(several) if p is not None)
    corrected: list[float | None] = [None] * len(several)
    highest = 0.0
    for rank, (p, place) in enumerate(order):
        highest = max(highest, min(1.0, p * (len(order) - rank)))
        corrected[place] = highest
    return corrected


def mcnemar(only_a: int, only_b: int) -> float:
    """The p of McNemar's exact test that two classifiers err equally often on the same images.

    Of the images that one alone has right, `only_a` and `only_b`, either classifier has half: a binomial test with
    probability ½."""
    fewer, more = sorted((only_a, only_b))
    # P(X ≥ m) of n trials is I_½(m, n − m + 1) (DLMF 8.17.5), and by symmetry P(X ≤ n − m) as well.
    return min(1.0, 2 * incomplete_beta(more, fewer + 1, 0.5)) if more else 1.0


def accuracy_margin(*accuracies: tuple[float, int]) -> float:
    """The difference of two accuracies, each with the number of images it is of, up to which it is within noise.

    1.96 times the root of the sum of the binomial variances a (1 − a) / n; NaN where an accuracy is none, or is of no
    images. Of accuracies on the same images it is an upper bound."""
    if any(n < 1 or not 0 <= a <= 1 for a, n in accuracies):
        return math.nan
    return NORMAL * math.sqrt(sum(a * (1 - a) / n for a, n in accuracies))


def student_p(t: float, degrees: float) -> float:
    """The chance that Student's t of so many degrees of freedom is at least as far from 0 as `t`."""
    return incomplete_beta(degrees / 2, 0.5, degrees / (degrees + t * t))


def incomplete_beta(a: float, b: float, x: float) -> float:
    """The regularised incomplete beta function I_x(a, b) for a, b > 0 and x in [0, 1].

    Its continued fraction (DLMF 8.17.22) converges quickly below the mean, so above it the symmetry
    I_x(a, b) = 1 − I_{1−x}(b, a) (DLMF 8.17.4) is used."""
    if x <= 0 or x >= 1:
        return float(x > 0)
    if x > (a + 1) / (a + b + 2):
        return 1 - incomplete_beta(b, a, 1 - x)
    scale = math.lgamma(a + b) - math.lgamma(a) - math.lgamma(b) + a * math.log(x) + b * math.log1p(-x)
    return min(1.0, math.exp(scale) / (a * _beta_fraction(a, b, x)))


def _beta_fraction(a: float, b: float, x: float) -> float:
    """1 + d₁/(1 + d₂/(1 + …)) of DLMF 8.17.22, by Lentz's method as modified by Thompson and Barnett.

    See W. H. Press et al., Numerical Recipes, 3rd edition, section 5.2."""
    value, c, d = 1.0, 1.0, 0.0
    for n in range(1, MOST_TERMS):
        m = n // 2
        term = m * (b - m) if n % 2 == 0 else -(a + m) * (a + b + m)
        term *= x / ((a + n - 1) * (a + n))
        c = 1 + term / c or TINY
        d = 1 / (1 + term * d or TINY)
        value *= c * d
        if abs(c * d - 1) < PRECISION:
            break
    return value
