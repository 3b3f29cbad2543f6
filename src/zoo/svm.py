"""A linear support vector machine on MNIST in PyTorch.

Needs torch and torchvision, which downloads MNIST into data/.
"""
import torch
from torch import nn
from torch.utils.data import DataLoader
from torchvision import datasets, transforms

torch.manual_seed(1)
data = lambda train: datasets.MNIST("data", train=train, download=True, transform=transforms.ToTensor())
batches = DataLoader(data(True), batch_size=64, shuffle=True)
tests = DataLoader(data(False), batch_size=1000)


def slacks(z, y):
    """What the true class's score lacks of a lead of 1 over the best of the others (Crammer and Singer 2001)."""
    own = z.gather(1, y[:, None])
    rival = z.scatter(1, y[:, None], -1e30).amax(1, keepdim=True)  # equals share the gradient, as they do not with max
    return (1 + rival - own).clamp(min=0)


C = 1.0
model = nn.Sequential(nn.Flatten(), nn.Linear(784, 10))
nn.init.zeros_(model[1].weight)
nn.init.zeros_(model[1].bias)
EPOCHS = 10
optimiser = torch.optim.Adam(model.parameters(), lr=1e-3)
schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimiser, EPOCHS * len(batches), eta_min=1e-5)

for epoch in range(EPOCHS):
    for images, labels in batches:
        optimiser.zero_grad()
        loss = slacks(model(images), labels).mean()
        (loss + model[1].weight.square().sum() / (2 * C * 60_000)).backward()
        optimiser.step()
        schedule.step()
    with torch.no_grad():
        right = sum((model(x).argmax(1) == y).sum().item() for x, y in tests)
    print(f"epoch {epoch + 1}: {right / 100:.2f} % of the test set")
