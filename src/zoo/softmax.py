"""Softmax regression on MNIST in PyTorch.

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

model = nn.Sequential(nn.Flatten(), nn.Linear(784, 10))
nn.init.zeros_(model[1].weight)
nn.init.zeros_(model[1].bias)
loss = nn.CrossEntropyLoss()  # takes logits: the softmax is inside
optimiser = torch.optim.Adam(model.parameters(), lr=1e-3)

for epoch in range(10):
    for images, labels in batches:
        optimiser.zero_grad()
        loss(model(images), labels).backward()
        optimiser.step()
    with torch.no_grad():
        right = sum((model(x).argmax(1) == y).sum().item() for x, y in tests)
    print(f"epoch {epoch + 1}: {right / 100:.2f} % of the test set")
