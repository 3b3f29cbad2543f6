"""A multilayer perceptron on MNIST in PyTorch.

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

DROPOUT = 0.0
model = nn.Sequential(
    nn.Flatten(),
    nn.Linear(784, 128), nn.ReLU(), nn.Dropout(DROPOUT),
    nn.Linear(128, 64), nn.ReLU(), nn.Dropout(DROPOUT),
    nn.Linear(64, 10),
)
for layer in model:
    if isinstance(layer, nn.Linear):
        nn.init.kaiming_uniform_(layer.weight, nonlinearity="relu")
        nn.init.zeros_(layer.bias)
loss = nn.CrossEntropyLoss()
EPOCHS = 10
optimiser = torch.optim.Adam(model.parameters(), lr=1e-3)
schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimiser, EPOCHS * len(batches), eta_min=1e-5)

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
