"""A generator trained by the maximum mean discrepancy on MNIST in PyTorch."""
import torch
from torch import nn
from torch.utils.data import DataLoader
from torchvision import datasets, transforms

torch.manual_seed(1)
data = datasets.MNIST("data", train=True, download=True, transform=transforms.ToTensor())
batches = DataLoader(data, batch_size=256, shuffle=True, drop_last=True)

LATENT, EPOCHS, KERNELS, BANDWIDTH = 10, 20, 7, 1.0
generator = nn.Sequential(
    nn.Linear(LATENT, 256), nn.ReLU(), nn.Linear(256, 512), nn.ReLU(), nn.Linear(512, 784), nn.Sigmoid()
)
for layer in generator:
    if isinstance(layer, nn.Linear):
        nn.init.kaiming_uniform_(layer.weight, nonlinearity="relu")
        nn.init.zeros_(layer.bias)
optimiser = torch.optim.Adam(generator.parameters(), lr=1e-3)
schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimiser, EPOCHS * len(batches), eta_min=1e-5)


def kernel(a, b, scale):
    distances = (a.square().sum(1)[:, None] + b.square().sum(1) - 2 * a @ b.T).clamp(min=0)
    return sum(torch.exp(-distances * 2**j / (2 * scale)) for j in range(KERNELS)) / KERNELS


def others(square):
    """The mean over pairs of different samples."""
    return (square.sum() - square.diagonal().sum()) / (len(square) * (len(square) - 1))


for epoch in range(EPOCHS):
    for images, _ in batches:
        real = images.flatten(1)
        scale = BANDWIDTH * 2 * real.var(0).sum()  # the mean squared distance of two samples
        made = generator(torch.randn(len(real), LATENT))
        loss = others(kernel(made, made, scale)) + others(kernel(real, real, scale)) - 2 * kernel(made, real, scale).mean()
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        schedule.step()
    print(f"epoch {epoch + 1}: MMD^2 {loss.item():.5f} on the last minibatch")
