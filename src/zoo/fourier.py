"""A support vector machine on random Fourier features of MNIST in PyTorch.

Needs torch and torchvision, which downloads MNIST into data/.
"""
import math
import torch
from torch import nn
from torch.utils.data import DataLoader
from torchvision import datasets, transforms

torch.manual_seed(1)
data = lambda train: datasets.MNIST("data", train=train, download=True, transform=transforms.ToTensor())
batches = DataLoader(data(True), batch_size=64, shuffle=True)
tests = DataLoader(data(False), batch_size=1000)


class Features(nn.Module):
    """Random cosines whose products are nearly a Gaussian kernel (Rahimi and Recht 2007); buffers are not trained."""

    def __init__(self, size, count, gamma):
        super().__init__()
        self.register_buffer("frequencies", math.sqrt(2 * gamma) * torch.randn(size, count))
        self.register_buffer("phases", 2 * math.pi * torch.rand(count))

    def forward(self, x):
        return LENGTH * math.sqrt(2 / len(self.phases)) * torch.cos(x @ self.frequencies + self.phases)


def slacks(z, y):
    """What the true class's score lacks of a lead of 1 over the best of the others (Crammer and Singer 2001)."""
    own = z.gather(1, y[:, None])
    rival = z.scatter(1, y[:, None], -1e30).amax(1, keepdim=True)  # equals share the gradient, as they do not with max
    return (1 + rival - own).clamp(min=0)


C, GAMMA, COUNT = 10.0, 0.015, 4096
LENGTH = 10  # features and pixels are then equally long, and learn at equal rates
model = nn.Sequential(nn.Flatten(), Features(784, COUNT, GAMMA), nn.Linear(COUNT, 10))
nn.init.zeros_(model[2].weight)
nn.init.zeros_(model[2].bias)
EPOCHS = 5
optimiser = torch.optim.Adam(model.parameters(), lr=1e-3)
schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimiser, EPOCHS * len(batches), eta_min=1e-5)

for epoch in range(EPOCHS):
    for images, labels in batches:
        optimiser.zero_grad()
        loss = slacks(model(images), labels).mean()
        (loss + (LENGTH * model[2].weight).square().sum() / (2 * C * 60_000)).backward()
        optimiser.step()
        schedule.step()
    with torch.no_grad():
        right = sum((model(x).argmax(1) == y).sum().item() for x, y in tests)
    print(f"epoch {epoch + 1}: {right / 100:.2f} % of the test set")
