"""Gaussian naive Bayes on MNIST in PyTorch: counted, not learnt.

Needs torch and torchvision, which downloads MNIST into data/.
"""
import torch
from torch.distributions import Normal
from torch.utils.data import DataLoader
from torchvision import datasets, transforms

torch.manual_seed(1)
data = lambda train: datasets.MNIST("data", train=train, download=True, transform=transforms.ToTensor())
batches = DataLoader(data(True), batch_size=64, shuffle=True)
tests = DataLoader(data(False), batch_size=1000)

SMOOTHING = 0.1
counts, means, scatter = torch.zeros(10, 1), torch.zeros(10, 784), torch.zeros(10, 784)

for images, labels in batches:  # Chan, Golub and LeVeque 1982
    for k in labels.unique():
        x = images.flatten(1)[labels == k]
        n = counts[k] + len(x)
        apart = x.mean(0) - means[k]
        scatter[k] += ((x - x.mean(0)) ** 2).sum(0) + apart**2 * counts[k] * len(x) / n
        means[k] += apart * len(x) / n
        counts[k] = n

priors = counts / counts.sum()
middle = (priors * means).sum(0)
whole = (scatter.sum(0) + (counts * (means - middle) ** 2).sum(0)) / counts.sum()
deviations = (scatter / counts + SMOOTHING * whole.max()).sqrt()

right = 0
for images, labels in tests:
    densities = Normal(means, deviations).log_prob(images.flatten(1)[:, None]).sum(2)
    right += ((densities + priors.log().T).argmax(1) == labels).sum().item()
print(f"{right / 100:.2f} % of the test set")

samples = Normal(means, deviations).sample().clamp(0, 1).reshape(10, 28, 28)  # one of each class
