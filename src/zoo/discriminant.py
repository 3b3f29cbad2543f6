"""Quadratic (or linear) discriminant analysis on MNIST in PyTorch: counted, not learnt.

Needs torch and torchvision, which downloads MNIST into data/.
"""
import torch
from torch.distributions import MultivariateNormal
from torch.nn.functional import avg_pool2d
from torch.utils.data import DataLoader
from torchvision import datasets, transforms

torch.manual_seed(1)
data = lambda train: datasets.MNIST("data", train=train, download=True, transform=transforms.ToTensor())
batches = DataLoader(data(True), batch_size=64, shuffle=True)
tests = DataLoader(data(False), batch_size=1000)

SHRINKAGE, SHARED = 0.2, False
D = 14 * 14
seen = lambda images: avg_pool2d(images, 2).flatten(1)
counts, means, scatter = torch.zeros(10), torch.zeros(10, D), torch.zeros(10, D, D)

for images, labels in batches:  # Chan, Golub and LeVeque 1982
    for k in labels.unique():
        x = seen(images)[labels == k]
        n = counts[k] + len(x)
        apart, spread = x.mean(0) - means[k], x - x.mean(0)
        scatter[k] += spread.T @ spread + apart.outer(apart) * counts[k] * len(x) / n
        means[k] += apart * len(x) / n
        counts[k] = n

priors = counts / counts.sum()
within = scatter.sum(0) / counts.sum()
covariances = within.expand(10, D, D) if SHARED else scatter / counts[:, None, None]
round_cloud = within.trace() / D * torch.eye(D)
covariances = (1 - SHRINKAGE) * covariances + SHRINKAGE * round_cloud  # Friedman 1989, eq. 18
classes = MultivariateNormal(means, covariances)

right = 0
for images, labels in tests:
    densities = classes.log_prob(seen(images)[:, None])
    right += ((densities + priors.log()).argmax(1) == labels).sum().item()
print(f"{right / 100:.2f} % of the test set")

samples = classes.sample().clamp(0, 1).reshape(10, 14, 14)  # one of each class
