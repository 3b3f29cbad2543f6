"""A small modern convolutional network on MNIST in PyTorch: GroupNorm, GELU, global average pooling.

Needs torch and torchvision, which downloads MNIST into data/. Put transforms.RandomAffine(10, (0.07, 0.07), (0.9, 1.1))
before ToTensor of the training set for the augmentation that Kiln calls shift 2, rotation 10 and scaling 10.
"""
import torch
from torch import nn
from torch.utils.data import DataLoader
from torchvision import datasets, transforms

torch.manual_seed(1)
data = lambda train: datasets.MNIST("data", train=train, download=True, transform=transforms.ToTensor())
batches = DataLoader(data(True), batch_size=64, shuffle=True)
tests = DataLoader(data(False), batch_size=1000)


def unit(inputs, outputs):
    return nn.Conv2d(inputs, outputs, kernel_size=3, padding=1, bias=False), nn.GroupNorm(4, outputs)


model = nn.Sequential(
    *unit(1, 12), nn.MaxPool2d(2), nn.GELU(),  # [12, 14, 14]
    *unit(12, 24), nn.MaxPool2d(2), nn.GELU(),  # [24, 7, 7]
    *unit(24, 48), nn.MaxPool2d(2), nn.GELU(),  # [48, 3, 3]
    *unit(48, 64), nn.GELU(),  # [64, 3, 3]
    nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.LayerNorm(64), nn.Linear(64, 10),
)
for layer in model:
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
