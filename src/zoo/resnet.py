"""A residual network on MNIST in PyTorch: blocks x + F(x) with GroupNorm and GELU, global average pooling.

Needs torch and torchvision, which downloads MNIST into data/. Put transforms.RandomAffine(10, (0.07, 0.07), (0.9, 1.1))
before ToTensor of the training set for the augmentation that Kiln calls shift 2, rotation 10 and scaling 10.
"""
import torch
from torch import nn
from torch.nn.functional import gelu
from torch.utils.data import DataLoader
from torchvision import datasets, transforms

torch.manual_seed(1)
data = lambda train: datasets.MNIST("data", train=train, download=True, transform=transforms.ToTensor())
batches = DataLoader(data(True), batch_size=64, shuffle=True)
tests = DataLoader(data(False), batch_size=1000)

BLOCKS, SHORTCUTS = 1, True


def unit(inputs, outputs, kernel=3, stride=1):
    conv = nn.Conv2d(inputs, outputs, kernel, stride, padding=kernel // 2, bias=False)
    return nn.Sequential(conv, nn.GroupNorm(4, outputs))


class Residual(nn.Module):
    def __init__(self, inputs, outputs, stride=1):
        super().__init__()
        self.change = nn.Sequential(unit(inputs, outputs, stride=stride), nn.GELU(), unit(outputs, outputs))
        same = stride == 1 and inputs == outputs
        self.way = nn.Identity() if same else unit(inputs, outputs, kernel=1, stride=stride)

    def forward(self, x):
        return gelu(self.way(x) + self.change(x) if SHORTCUTS else self.change(x))


model = nn.Sequential(
    unit(1, 12), nn.MaxPool2d(2), nn.GELU(),  # [12, 14, 14]
    *[Residual(12, 12) for _ in range(BLOCKS)],  # [12, 14, 14]
    Residual(12, 24, stride=2), *[Residual(24, 24) for _ in range(BLOCKS - 1)],  # [24, 7, 7]
    Residual(24, 40, stride=2), *[Residual(40, 40) for _ in range(BLOCKS - 1)],  # [40, 4, 4]
    nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.LayerNorm(40), nn.Linear(40, 10),
)
for layer in model.modules():
    if isinstance(layer, (nn.Conv2d, nn.Linear)):
        nn.init.kaiming_uniform_(layer.weight, nonlinearity="relu")
nn.init.zeros_(model[-1].bias)
loss = nn.CrossEntropyLoss()
EPOCHS = 8
optimiser = torch.optim.Adam(model.parameters(), lr=5e-3)
schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimiser, EPOCHS * len(batches), eta_min=5e-5)

for epoch in range(EPOCHS):
    model.train()
    for images, labels in batches:
        optimiser.zero_grad()
        loss(model(images), labels).backward()
        optimiser.step()
        schedule.step()
    model.eval()
    with torch.no_grad():
        right = sum((model(x).argmax(1) == y).sum().item() for x, y in tests)
    print(f"epoch {epoch + 1}: {right / 100:.2f} % of the test set")
