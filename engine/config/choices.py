"""The settings that are one word of a few: each word, and what it means."""

from __future__ import annotations

from engine.config.field_types import Choice

DATASET = Choice.of(
    {
        "auto": "MNIST where it is or can be had, else synthetic digits",
        "mnist": "handwritten digits, the set of the published figures",
        "fashion-mnist": "pictures of ten kinds of clothing: harder than digits",
        "kmnist": "handwritten Japanese characters of ten classes",
        "synthetic": "digits drawn by this program: there without a download",
    }
)
DATASETS = DATASET.words[1:]
SCALING = Choice.of({"unit": "pixels from 0 to 1", "standard": "pixels with mean 0 and standard deviation 1"})
ACTIVATION = Choice.of(
    {
        "relu": "max(0, x): cheap, and the usual first choice",
        "tanh": "from -1 to 1, saturates at both ends",
        "sigmoid": "from 0 to 1, saturates at both ends, small gradients",
        "leaky-relu": "0.01 x below 0, so that no unit can die",
        "elu": "exp(x) - 1 below 0: smooth, and negative there",
        "gelu": "x times the normal distribution function of x: a smooth ReLU",
    }
)
ACTIVATIONS = ACTIVATION.words
INITIALISATION = Choice.of(
    {
        "default": "PyTorch's: uniform within 1 / sqrt(inputs)",
        "xavier": "uniform within sqrt(6 / (inputs + outputs)), for tanh and sigmoid",
        "he": "uniform within sqrt(6 / inputs), for ReLU",
        "normal": "normal with mean 0 and standard deviation sigma",
        "zeros": "all 0: every unit of a layer stays like the others",
    }
)
L2_MODE = Choice.of(
    {
        "loss-all": "in the loss, over weights and biases",
        "loss-weights": "in the loss, over weights alone",
        "weight-decay": "in the optimiser, as a weight decay of 2 lambda",
    }
)
OPTIMISER = Choice.of(
    {
        "sgd": "a step against the gradient, with momentum if wanted",
        "adam": "a step size for each parameter, by running moments of its gradient",
        "adamw": "Adam, with weight decay kept apart from the gradient",
        "rmsprop": "each gradient divided by a running root mean square of it",
    }
)
SCHEDULE = Choice.of(
    {
        "constant": "the learning rate stays what it is",
        "step": "a tenth of it from half of the run on, a hundredth from three quarters on",
        "cosine": "along half a cosine down to 0",
        "linear": "in a straight line down to 0",
    }
)
GRADIENTS = Choice.of(
    {
        "auto": "the faster way that this configuration allows",
        "closed-form": "formulas worked out by hand for these networks",
        "autograd": "PyTorch's own differentiation: the readable way",
    }
)
