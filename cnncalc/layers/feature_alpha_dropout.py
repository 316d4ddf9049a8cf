"""Alpha dropout of whole channels."""

from cnncalc.layers.base.noise import Noise


class FeatureAlphaDropout(Noise):
    """Sets channels to the least value of selu while training; the identity at inference."""

    source = "Klambauer et al. 2017, arXiv:1706.02515"
    example = "- feature_alpha_dropout: 0.1"
