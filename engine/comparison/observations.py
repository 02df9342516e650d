"""What the figures of a run say of its state: a table of rules, of which the first that applies gives a sentence."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from engine.comparison import signs
from engine.runs.state import RunState


@dataclass(frozen=True)
class Observation:
    """A sentence of 79 characters at most on how a run is doing, and why its figures say so."""

    rule: str
    sentence: str
    reason: str


@dataclass(frozen=True)
class Rule:
    """`sign` gives the figures of `sentence` where a run that has ended so many `epochs` shows it, else None."""

    name: str
    epochs: int
    sign: Callable[[RunState], Mapping[str, object] | None]
    sentence: str
    reason: str


def observe(run: RunState) -> Observation | None:
    """What the first rule that applies says of a run; None where there is nothing to say."""
    for rule in RULES if run.started else ():
        figures = rule.sign(run) if len(run.epochs) >= rule.epochs else None
        if figures is not None:
            return Observation(rule.name, rule.sentence.format(**figures), rule.reason)
    return None


# Causes stand before what they cause, and what needs doing before what is good to know.
RULES = (
    Rule(
        "worse than chance", 1, signs.worse_than_chance,
        "A loss of {loss} is worse than chance, 2.30 = ln 10: lower the learning rate.",
        "A network that gives each of ten classes the same chance has a loss of ln 10, about 2.30. A loss above it is "
        "of a network that is sure of wrong answers: steps so long that they jump over what they aim at.",
    ),
    Rule(
        "symmetry", 1, signs.symmetric,
        "Nothing is learnt: weights that begin at 0 stay alike; initialise otherwise.",
        "Units of a layer with the same weights have the same output and the same gradient, so no step makes them "
        "differ. Random first weights break the symmetry; zeros never do, however long one trains.",
    ),
    Rule(
        "shrunk weights", 1, signs.shrunk,
        "The L2 penalty has shrunk all weights to a norm of {norm}: lower lambda.",
        "The penalty divided by lambda is the sum of squared parameters, and the norm its root. The loss stands at "
        "ln 10, chance, because weights near 0 let nothing of an image through: underfitting, by far.",
    ),
    Rule(
        "dead layer", 1, signs.dead_layer,
        "Layer {layer} is dead: {dead} of {units} units are above zero for no test image.",
        "Where the input of a ReLU unit is negative for every image, its output and its gradient are 0, and no step "
        "brings it back. A layer of such units passes nothing on. Long steps do that: try a lower learning rate.",
    ),
    Rule(
        "vanishing gradients", 1, signs.vanishing,
        "Gradients vanish: at layer 1 their norm is 1/{ratio} of that at the output.",
        "Backwards, each layer multiplies the gradient by its weights and by the slope of its activation, at most 1/4 "
        "for the sigmoid. After several layers little is left for the first. ReLU, Xavier's or He's initialisation, or "
        "batch normalisation keep it alive.",
    ),
    Rule(
        "stuck after a jump", 2, signs.stuck_after_jump,
        "Loss stuck at 2.30 = ln 10, chance, for {epochs} epochs: lower the learning rate.",
        "ln 10 is the loss of ten classes held equally likely: the network ignores its input. The loss was above "
        "twice that before, so steps were too long and threw the network where gradients are 0.",
    ),
    Rule(
        "stuck", 2, signs.stuck,
        "Loss stuck at 2.30 = ln 10, chance, for {epochs} epochs: raise the learning rate.",
        "ln 10 is the loss of ten classes held equally likely: the network ignores its input. The loss never jumped, "
        "so steps are not too long; they are too short, as with saturated activations, whose gradients are small.",
    ),
    Rule(
        "few updates", 2, signs.few_updates,
        "The loss falls by {fall} an epoch of {updates}: smaller batches make more.",
        "Each batch makes one update, so a large batch makes few of them an epoch, however exact each is. Smaller "
        "batches give noisier gradients, but so many more that the loss falls sooner.",
    ),
    Rule(
        "slow", 2, signs.slow,
        "The loss falls by {fall} an epoch: raise the learning rate.",
        "The loss is still near ln 10, about 2.30, that of chance, and falls steadily but by less than a hundredth an "
        "epoch: each step is far shorter than it could be.",
    ),
    Rule(
        "rising loss", 2, signs.rising,
        "Training loss rose from {before} to {after}: lower the learning rate.",
        "Training lowers the loss on training images; where it rises by more than a twentieth and training "
        "accuracy falls by more than noise, steps are too long for the valley the network is in.",
    ),
    Rule(
        "overfitting", 2, signs.overfitting,
        "Overfitting since epoch {since}: training loss falls, {part} loss is up {rise}.",
        "The loss on images that it was not trained on was lowest three epochs ago or earlier and has been above "
        "that by a twentieth and more for two, while the training loss fell: what is learnt since is particular to the "
        "training images. More data, dropout, an L2 penalty or an earlier end help.",
    ),
    Rule(
        "unsteady", 2, signs.unsteady,
        "Test accuracy fell by {fall} points, beyond noise: let the learning rate fall.",
        "Steps of constant length circle a minimum, and where the epoch ends is luck. A schedule that lowers the "
        "learning rate, a lower one, or larger batches make the last steps smaller.",
    ),
    Rule(
        "dead units", 1, signs.dead_units,
        "Of layer {layer}, {share} are dead: {dead} of {units} units, zero for all test images.",
        "Where the input of a ReLU unit is negative for every image, its output and its gradient are 0: it takes no "
        "part, and no step brings it back. A lower learning rate, He's initialisation or leaky ReLU leave fewer dead.",
    ),
    Rule(
        "saturated units", 1, signs.saturated_units,
        "Of layer {layer}, {share} are saturated: {saturated} of {units} units hardly have a slope.",
        "At the ends of tanh and sigmoid the curve is flat, so that almost no gradient comes through and the unit "
        "learns slowly. Smaller first weights, batch normalisation or ReLU avoid it.",
    ),
    Rule(
        "dropout", 1, signs.dropout,
        "Test, {test}, is above training, {train}: dropout is off in testing.",
        "In training, dropout zeroes a share of the units, and accuracy is measured with it on; in testing all units "
        "work. So test can be above training, which here says nothing against either.",
    ),
    Rule(
        "augmentation", 1, signs.augmentation,
        "Test, {test}, is above training, {train}: only training images are moved.",
        "Training images are shifted and turned anew every epoch and so are harder than those of the test, which are "
        "as they came. So test can be above training.",
    ),
    Rule(
        "mean over the epoch", 1, signs.mean_over_epoch,
        "Test, {test}, is above training, {train}, which is a mean over the epoch.",
        "Training accuracy is gathered while the epoch runs, by weights that are still getting better; test accuracy "
        "is that of the weights at its end. The faster a network learns, the more that is.",
    ),
    Rule(
        "gap", 2, signs.gap,
        "Training is {gap} points above test, more than noise: a sign of overfitting.",
        "The network is better on images that it was trained on than on others, by at least a point and by more than "
        "the choice of test images explains. As long as the test loss still falls, training on is no loss.",
    ),
    Rule(
        "penalty", 1, signs.penalty,
        "The L2 penalty, {penalty}, is more than the training loss, {loss}.",
        "Training lowers the sum of the loss and lambda times the sum of squared parameters. Where the second is the "
        "larger, most of the effort keeps weights small. Choose lambda by the accuracy on validation images.",
    ),
    Rule(
        "levelled off", 4, signs.levelled_off,
        "Levelled off: loss fell by {fall} in {epochs} epochs, accuracy within noise.",
        "Training loss falls by less than a hundredth an epoch, and the test accuracy differs by less than the choice "
        "of test images explains: this network at this learning rate has what it can have.",
    ),
    Rule(
        "unfinished", 2, signs.unfinished,
        "Still learning at the end: {part} loss fell by {fall} in the last epoch.",
        "The training loss and the loss on images that it was not trained on were both lowest in the last epoch, and "
        "the latter fell by more than a twentieth in it: more epochs would most likely help.",
    ),
    Rule(
        "within noise", 2, signs.within_noise,
        "The last epoch's {change} points of test accuracy are within noise, {margin} each way.",
        "An accuracy on n images has the binomial standard error sqrt(a (1 - a) / n), and a difference of two the "
        "root of the sum of squares. A change of less than 1.96 of it is no more than another choice of test images "
        "would make. As both are on the same images, it errs on the side of caution.",
    ),
    Rule(
        "too early", 0, signs.too_early,
        "Too early to tell: figures of two epochs make the first trend.",
        "Test figures come with the end of an epoch, and one of them has nothing to be held against.",
    ),
)  # fmt: skip
