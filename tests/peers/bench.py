"""The workloads of `kiln bench` in PyTorch on the processor: losses against `kiln fixture`, then milliseconds a step.

Needs torch and numpy. From the repository, with a folder for the fixture and the printed words of `kiln bench`, if any:
kiln fixture FOLDER; kiln bench > kiln.md; python tests/peers/bench.py FOLDER --kiln kiln.md --threads 1,2
"""
import argparse, json, math, time
from pathlib import Path
import numpy, torch
from torch.nn.functional import (
    binary_cross_entropy_with_logits, conv2d, conv_transpose2d, cross_entropy, leaky_relu, linear, max_pool2d, relu,
    softplus,
)

BATCHES, TOLERANCE, SPELL = (64, 256), 1e-3, 0.5  # SPELL: seconds of one timing


def dense(w, name, x):
    return linear(x, w[f"{name}.weight"], w[f"{name}.bias"])


def conv(w, name, x, stride=1, padding=0):
    return conv2d(x, w[f"{name}.weight"], w[f"{name}.bias"], stride, padding)


def grow(w, name, x):
    return conv_transpose2d(x, w[f"{name}.weight"], w[f"{name}.bias"], 2, 1)


def leaky(x):
    return leaky_relu(x, 0.2)


def softmax(w, x):
    return dense(w, "linear", x.flatten(1))


def perceptron(w, x):
    return dense(w, "third", relu(dense(w, "second", relu(dense(w, "first", x.flatten(1))))))


def lenet(padding):
    def network(w, x):
        x = max_pool2d(relu(conv(w, "c1", x, padding=padding)), 2)
        x = max_pool2d(relu(conv(w, "c3", x)), 2)
        return dense(w, "output", relu(dense(w, "f6", relu(dense(w, "c5", x.flatten(1))))))

    return network


def level(x):
    return x * (x.square().mean(1, keepdim=True) + 1e-8).rsqrt()


def gan_make(w, z):
    x = leaky(dense(w, "generator.second", leaky(dense(w, "generator.first", z))))
    return dense(w, "generator.third", x).sigmoid()


def gan_judge(w, x):
    x = leaky(dense(w, "discriminator.first", x.flatten(1) * 2 - 1))
    return dense(w, "discriminator.third", leaky(dense(w, "discriminator.second", x)))


def dcgan_make(w, z):
    x = level(leaky(dense(w, "generator.seed", z).reshape(-1, 32, 7, 7)))
    return grow(w, "generator.second", level(leaky(grow(w, "generator.first", x)))).sigmoid()


def dcgan_judge(w, x):
    x = leaky(conv(w, "discriminator.first", x * 2 - 1, 2, 1))
    return dense(w, "discriminator.output", leaky(conv(w, "discriminator.second", x, 2, 1)).flatten(1))


def classifier(network):
    def start(w, adam):
        optimiser = adam(w.values())

        def step(batch):
            return [descend(optimiser, cross_entropy(network(w, batch["images"]), batch["labels"]))]

        return step

    return start


def vae(w, adam):
    optimiser = adam(w.values())

    def step(batch):
        x = batch["images"].flatten(1)
        hidden = relu(dense(w, "encoder", x))
        mean, log_variance = dense(w, "mean", hidden), dense(w, "log_variance", hidden)
        z = mean + (0.5 * log_variance).exp() * batch["noise"]
        logits = dense(w, "output", relu(dense(w, "decoder", z)))
        kl = 0.5 * (mean.square() + log_variance.exp() - log_variance - 1).sum()
        return [descend(optimiser, (binary_cross_entropy_with_logits(logits, x, reduction="sum") + kl) / len(x))]

    return step


def game(make, judge):
    def start(w, adam):
        of = lambda player: [value for name, value in w.items() if name.startswith(player)]
        optimiser_g, optimiser_d = adam(of("generator")), adam(of("discriminator"))

        def step(batch):
            real, fake = batch["images"], make(w, batch["noise"])
            loss = softplus(-judge(w, real)).mean() + softplus(judge(w, fake.detach())).mean()
            told = descend(optimiser_d, loss)
            return [told, descend(optimiser_g, softplus(-judge(w, fake)).mean(), of("generator"))]

        return step

    return start


def descend(optimiser, loss, inputs=None):
    optimiser.zero_grad()
    loss.backward(inputs=inputs)
    optimiser.step()
    return loss.detach()


WORKLOADS = {
    "softmax": classifier(softmax), "perceptron": classifier(perceptron), "lenet": classifier(lenet(2)),
    "lenet-colour": classifier(lenet(0)), "vae": vae, "gan": game(gan_make, gan_judge),
    "dcgan": game(dcgan_make, dcgan_judge),
}


def read(folder, name):
    """A workload's description and its arrays, by their names."""
    about = json.loads((folder / f"{name}.json").read_text())
    numbers = numpy.fromfile(folder / f"{name}.bin", "<f4")
    cut = lambda entry: numbers[entry["offset"] : entry["offset"] + entry["length"]]
    return about, {entry["name"]: torch.from_numpy(cut(entry)) for entry in about["arrays"]}


def weights(arrays):
    """Parameters in PyTorch's shapes: what the fixture has as [inputs, outputs] is turned over."""
    convs = {  # [outputs, inputs, side, side], of transposed ones [inputs, outputs, side, side]
        "c1.weight": (6, -1, 5, 5), "c3.weight": (16, 6, 5, 5), "discriminator.first.weight": (16, 1, 4, 4),
        "discriminator.second.weight": (32, 16, 4, 4), "generator.first.weight": (32, 16, 4, 4),
        "generator.second.weight": (16, 1, 4, 4),
    }
    found = {name[8:]: values for name, values in arrays.items() if name.startswith("weights/")}
    pictures = "generator.seed.weight" in found or "c1.weight" in found  # a GAN of perceptrons has the same names
    for name, values in found.items():
        if name.endswith("weight"):
            outputs = len(found[name.replace("weight", "bias")])
            plain = not (pictures and name in convs)
            values = values.reshape(-1, outputs).T if plain else values.reshape(convs[name])
        found[name] = values.clone(memory_format=torch.contiguous_format).requires_grad_()
    return found


def batches(about, arrays, size):
    """The fixture's samples in their order, over and over."""
    shapes = {"images": about["shape"], "labels": [], "noise": [about["latent"]]}
    heaps = {name: arrays[name].reshape(-1, *shape) for name, shape in shapes.items() if math.prod(shape)}
    for step in range(about["steps"]):
        rows = torch.arange(step * size, (step + 1) * size) % (about["batch"] * about["steps"])
        batch = {name: heap[rows] for name, heap in heaps.items() if len(heap)}
        yield batch | ({"labels": batch["labels"].long()} if "labels" in batch else {})


def start(name, about, arrays):
    betas = (about["beta_1"], about["beta_2"])
    adam = lambda values: torch.optim.Adam(list(values), lr=about["learning_rate"], betas=betas, eps=about["epsilon"])
    return WORKLOADS[name](weights(arrays), adam)


def check(name, about, arrays):
    """How far the last losses are from the fixture's, as a share of them."""
    step = start(name, about, arrays)
    *_, last = [step(batch) for batch in batches(about, arrays, about["batch"])]
    ought = [values[-1] for values in about["losses"].values()]
    off = max(abs(loss.item() - value) / abs(value) for loss, value in zip(last, ought, strict=True))
    if not off <= TOLERANCE:
        raise SystemExit(f"{name}: losses of {last}, and {ought} was expected")
    return off


def product(side=512, tries=20):
    """GFLOP/s of one large product at its best, as `kiln bench` states it of its own."""
    a, best = torch.rand(side, side), 0.0
    for _ in range(tries):
        begun = time.perf_counter()
        for _ in range(20):
            a @ a
        best = max(best, 20 * 2 * side**3 / (time.perf_counter() - begun) / 1e9)
    return best


def measure(name, about, arrays, size, repeats, count, clock):
    """Milliseconds a step: so many back to back, then one read: the median, and what a tenth of all repeats kept under."""
    step, data = start(name, about, arrays), list(batches(about, arrays, size))

    def run(count):
        begun = clock()
        for at in range(count):
            losses = step(data[at % len(data)])
        losses[0].item()
        return (clock() - begun) / count

    run(len(data))
    count = count or min(500, max(1, round(SPELL / run(len(data)))))
    times = sorted(1e3 * run(count) for _ in range(repeats))
    return "{:.3f} ({:.3f})".format(*(times[round(share * (repeats - 1))] for share in (0.5, 0.1)))


def printed(path):
    """The same of each workload and batch, from the table that `kiln bench` prints."""
    rows = [[cell.strip() for cell in line.split("|")[1:-1]] for line in path.read_text().splitlines() if "|" in line]
    rows = [row for row in rows if row[0] in WORKLOADS]
    return {(row[0], int(row[1])): f"{row[3]} ({row[4].split()[0]})" for row in rows}


if __name__ == "__main__":
    words = argparse.ArgumentParser()
    words.add_argument("fixture", type=Path)
    words.add_argument("--threads", default="1,2")
    words.add_argument("--repeats", type=int, default=11)
    words.add_argument("--count", type=int, default=0, help="steps of one timing; 0: as many as take half a second")
    words.add_argument("--workloads", default=",".join(WORKLOADS))
    words.add_argument("--kiln", type=Path, help="what `kiln bench` printed")
    words.add_argument("--processor", action="store_true", help="processor time, as `kiln bench clock=processor`")
    words = words.parse_args()
    clock = time.process_time if words.processor else time.perf_counter
    threads, own = [int(count) for count in words.threads.split(",")], printed(words.kiln) if words.kiln else {}
    about = f"PyTorch {torch.__version__}, {torch.backends.cpu.get_cpu_capability()}"
    print(f"{about}; ms a step: median of {words.repeats} (what a tenth kept under)")
    for count in threads:
        torch.set_num_threads(count)
        print(f"threads: {count}, a 512 x 512 product: {product():.1f} GFLOP/s")
    heads = ["kiln", *(f"PyTorch, {count} thread{'s' * (count > 1)}" for count in threads), "loss differs by"]
    print(f"\n| workload | batch | {' | '.join(heads)} |\n| --- |{' ---: |' * (len(heads) + 1)}")
    for name in words.workloads.split(","):
        about, arrays = read(words.fixture, name)
        torch.set_num_threads(threads[0])
        off = check(name, about, arrays)
        for size in BATCHES:
            cells = []
            for count in threads:
                torch.set_num_threads(count)
                cells.append(measure(name, about, arrays, size, words.repeats, words.count, clock))
            print(f"| {name} | {size} | {own.get((name, size), '-')} | {' | '.join(cells)} | {off:.0e} |", flush=True)
