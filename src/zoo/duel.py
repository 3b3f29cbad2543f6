# The same duel in PyTorch, on MNIST: python duel.py
import torch
import torch.nn.functional as F
from torchvision import datasets

SIZES = [10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000]
BATCH, DRAWS, SMOOTHING, PENALTY, RATE = 250, 5, 0.1, 1.0, 0.01


def load(train, first):
    mnist = datasets.MNIST("data", train=train, download=True)
    return mnist.data[:first].float().flatten(1) / 255, mnist.targets[:first]


def naive_bayes(x, y):
    own = F.one_hot(y, 10).float()
    counts = own.sum(0)
    seen = (counts > 0).unsqueeze(1)
    means = torch.where(seen, own.T @ x / counts.clamp(min=1).unsqueeze(1), x.mean(0))
    within = (x - means[y]).square().mean(0)
    variance = within + SMOOTHING * x.var(0, correction=0).max() + 1e-12
    prior = ((counts + 1) / (len(y) + 10)).log()
    middle = x.mean(0)
    slopes = (means - middle) / variance
    bias = prior - ((means - middle) * slopes).sum(1) / 2
    return lambda x: (x - middle) @ slopes.T + bias


def logistic_regression(network, adam, x, y):
    updates = max(200, 10 * -(-len(y) // BATCH))
    for update in range(updates):
        rate = RATE * (1 + torch.cos(torch.tensor(torch.pi * update / updates)).item()) / 2
        adam.param_groups[0].update(lr=rate, weight_decay=PENALTY / len(y))
        rows = torch.arange(update * BATCH, update * BATCH + min(BATCH, len(y))) % len(y)
        adam.zero_grad()
        F.cross_entropy(network(x[rows]), y[rows]).backward()
        adam.step()
    return network


if __name__ == "__main__":
    x, y = load(True, 20_000)
    test_x, test_y = load(False, 1000)
    errors = torch.zeros(DRAWS, len(SIZES), 2)
    for draw in range(DRAWS):
        torch.manual_seed(draw)
        order = torch.randperm(len(y))
        network = torch.nn.Linear(784, 10)
        torch.nn.init.zeros_(network.weight)
        torch.nn.init.zeros_(network.bias)
        adam = torch.optim.Adam(network.parameters())
        for rung, size in enumerate(SIZES):
            rows = order[:size]
            players = naive_bayes(x[rows], y[rows]), logistic_regression(network, adam, x[rows], y[rows])
            for player, model in enumerate(players):
                with torch.no_grad():
                    errors[draw, rung, player] = 100 * (model(test_x).argmax(1) != test_y).float().mean()
    for size, mean, error in zip(SIZES, errors.mean(0), errors.std(0) / DRAWS**0.5):
        print(size, *(f"{m:.1f} ± {e:.1f} %" for m, e in zip(mean.tolist(), error.tolist())))
