"""The GAN of src/zoo/gan.py in PyTorch from several seeds, its samples judged by the LeNet that the page ships.

Needs torch and numpy; run from the repository: python tests/peers/gan.py --seeds 3 --steps 3000
"""
import argparse, gzip, json, struct
from pathlib import Path
import numpy, torch
from torch import nn
from torch.nn.functional import conv2d, linear, max_pool2d, relu, softplus

LATENT, R1, STEP, DECAY, BATCH, COUNTED = 10, 0.02, 0.01, 0.999, 64, 1000
assets = Path(__file__).parents[2] / "assets"


def digits(split):
    """Pictures [n, 784] from 0 to 1, in the order in which they are shipped."""
    chunks = [line.split() for line in (assets / "data/mnist/chunks.txt").read_text().splitlines()]
    heaps = []
    for words in chunks:
        name = next(word for word in words if "." in word)
        if not name.startswith(split):
            continue
        raw = numpy.frombuffer(gzip.decompress((assets / "data/mnist" / name).read_bytes()), numpy.uint8)
        count = len(raw) // 785
        heaps.append(raw[: count * 784].reshape(count, 784))
    return torch.from_numpy(numpy.concatenate(heaps).astype(numpy.float32) / 255)


def judge():
    """The shipped LeNet: pictures [n, 784] to its last hidden layer [n, 84] and its logits [n, 10]."""
    raw = (assets / "models/lenet-mnist.safetensors").read_bytes()
    (size,) = struct.unpack("<Q", raw[:8])
    weights = {}
    for name, entry in json.loads(raw[8 : 8 + size]).items():
        if name.startswith("weights/"):
            start, end = (8 + size + offset for offset in entry["data_offsets"])
            weights[name[8:]] = torch.from_numpy(numpy.frombuffer(raw[start:end], numpy.float16).astype(numpy.float32))
    shapes = {"c1": (6, 1, 5, 5), "c3": (16, 6, 5, 5), "c5": (400, 120), "f6": (120, 84), "output": (84, 10)}
    w = {name: weights[f"{name}.weight"].reshape(shape) for name, shape in shapes.items()}

    def dense(x, name):
        return linear(x, w[name].T, weights[f"{name}.bias"])

    def forward(x):
        x = max_pool2d(relu(conv2d(x.reshape(-1, 1, 28, 28), w["c1"], weights["c1.bias"], padding=2)), 2)
        x = max_pool2d(relu(conv2d(x, w["c3"], weights["c3.bias"])), 2)
        hidden = relu(dense(relu(dense(x.flatten(1), "c5")), "f6"))
        return hidden, dense(hidden, "output")

    return forward


def train(real_all, steps):
    """The network and the step of src/zoo/gan.py; gives the averaged generator."""
    leak = lambda: nn.LeakyReLU(0.2)
    generator = nn.Sequential(
        nn.Linear(LATENT, 256), leak(), nn.Linear(256, 256), leak(), nn.Linear(256, 784), nn.Sigmoid()
    )
    discriminator = nn.Sequential(nn.Linear(784, 256), leak(), nn.Linear(256, 256), leak(), nn.Linear(256, 1))
    for layer in [*generator, *discriminator]:
        if isinstance(layer, nn.Linear):
            nn.init.kaiming_uniform_(layer.weight, nonlinearity="relu")
            nn.init.zeros_(layer.bias)
    average = torch.optim.swa_utils.AveragedModel(
        generator, multi_avg_fn=torch.optim.swa_utils.get_ema_multi_avg_fn(DECAY)
    )
    optimiser_g = torch.optim.Adam(generator.parameters(), lr=2e-3, betas=(0.5, 0.999))
    optimiser = torch.optim.Adam(discriminator.parameters(), lr=2e-3, betas=(0.5, 0.999))
    order = torch.randperm(len(real_all))
    for step in range(steps):
        at = step * BATCH % (len(order) - BATCH)
        real = real_all[order[at : at + BATCH]]
        fake = generator(torch.randn(BATCH, LATENT))
        nudged = real + STEP * 3**0.5 * (2 * torch.rand_like(real) - 1)
        on_real, on_fake, on_nudged = discriminator(torch.cat([real, fake.detach(), nudged]) * 2 - 1).chunk(3)
        slope = ((on_nudged - on_real) / STEP).square().mean()
        loss = softplus(-on_real).mean() + softplus(on_fake).mean() + R1 / 2 * slope
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        loss_g = softplus(-discriminator(fake * 2 - 1)).mean()
        optimiser_g.zero_grad()
        loss_g.backward()
        optimiser_g.step()
        average.update_parameters(generator)
    return average


def root(matrix):
    values, vectors = numpy.linalg.eigh(matrix)
    return (vectors * numpy.sqrt(numpy.clip(values, 0, None))) @ vectors.T


def frechet(one, other):
    """Between Gaussians fitted to features [n, 84] (Dowson & Landau 1982)."""
    one, other = (x.double().numpy() for x in (one, other))
    first, second = (numpy.cov(x, rowvar=False) for x in (one, other))
    half = root(first)
    gap = ((one.mean(0) - other.mean(0)) ** 2).sum()
    return gap + numpy.trace(first) + numpy.trace(second) - 2 * numpy.trace(root(half @ second @ half))


if __name__ == "__main__":
    words = argparse.ArgumentParser()
    words.add_argument("--seeds", type=int, default=3)
    words.add_argument("--steps", type=int, default=3000)
    words = words.parse_args()
    real_all, lenet, rows = digits("train"), judge(), []
    with torch.no_grad():
        test, _ = lenet(digits("test")[:COUNTED])
    for seed in range(1, words.seeds + 1):
        torch.manual_seed(seed)
        generator = train(real_all, words.steps)
        with torch.no_grad():
            hidden, logits = lenet(generator(torch.randn(COUNTED, LATENT)))
        shares = numpy.bincount(logits.argmax(1).numpy(), minlength=10) / COUNTED * 100
        sure = (logits.softmax(1).max(1).values >= 0.9).float().mean().item() * 100
        rows.append([shares.min(), sure, frechet(test, hidden)])
        print("seed {}: rarest {:.1f} %, sure {:.1f} %, Frechet {:.2f}".format(seed, *rows[-1]), flush=True)
    mean, spread = numpy.mean(rows, 0), numpy.std(rows, 0, ddof=1)
    print("rarest {:.1f} ± {:.1f} %, sure {:.1f} ± {:.1f} %, Frechet {:.1f} ± {:.1f}".format(*numpy.stack([mean, spread], 1).flatten()))
