"""A variational autoencoder on MNIST in PyTorch."""
import torch
from torch import nn
from torch.nn.functional import binary_cross_entropy_with_logits
from torch.utils.data import DataLoader
from torchvision import datasets, transforms

torch.manual_seed(1)
data = lambda train: datasets.MNIST("data", train=train, download=True, transform=transforms.ToTensor())
batches = DataLoader(data(True), batch_size=128, shuffle=True)
tests = DataLoader(data(False), batch_size=1000)

LATENT, HIDDEN, BETA, EPOCHS = 2, 400, 1.0, 10
encoder = nn.Sequential(nn.Flatten(), nn.Linear(784, HIDDEN), nn.ReLU(), nn.Linear(HIDDEN, 2 * LATENT))
decoder = nn.Sequential(nn.Linear(LATENT, HIDDEN), nn.ReLU(), nn.Linear(HIDDEN, 784))
optimiser = torch.optim.Adam([*encoder.parameters(), *decoder.parameters()], lr=1e-3)


def parts(images):
    """-log p(x | z) and the KL from the prior, in nats, summed over the batch."""
    mean, log_variance = encoder(images).chunk(2, dim=1)
    z = mean + (0.5 * log_variance).exp() * torch.randn_like(mean)
    reconstruction = binary_cross_entropy_with_logits(decoder(z), images.flatten(1), reduction="sum")
    kl = -0.5 * (1 + log_variance - mean**2 - log_variance.exp()).sum()
    return reconstruction, kl


for epoch in range(EPOCHS):
    for images, _ in batches:
        optimiser.zero_grad()
        reconstruction, kl = parts(images)
        ((reconstruction + BETA * kl) / len(images)).backward()
        optimiser.step()
    with torch.no_grad():
        bound = sum(sum(parts(images)).item() for images, _ in tests) / 10_000
    print(f"epoch {epoch + 1}: negative ELBO {bound:.2f} nats on the test set")
