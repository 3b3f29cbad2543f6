"""A GAN of two perceptrons on MNIST in PyTorch."""
import torch
from torch import nn
from torch.nn.functional import softplus
from torch.utils.data import DataLoader
from torchvision import datasets, transforms

torch.manual_seed(1)
data = datasets.MNIST("data", train=True, download=True, transform=transforms.ToTensor())
batches = DataLoader(data, batch_size=64, shuffle=True, drop_last=True)

LATENT, R1, STEP, DECAY = 10, 0.02, 0.01, 0.999
generator = nn.Sequential(
    nn.Linear(LATENT, 256), nn.LeakyReLU(0.2), nn.Linear(256, 256), nn.LeakyReLU(0.2),
    nn.Linear(256, 784), nn.Sigmoid(), nn.Unflatten(1, (1, 28, 28)),
)
discriminator = nn.Sequential(
    nn.Flatten(), nn.Linear(784, 256), nn.LeakyReLU(0.2), nn.Linear(256, 256), nn.LeakyReLU(0.2), nn.Linear(256, 1),
)
average = torch.optim.swa_utils.AveragedModel(generator, multi_avg_fn=torch.optim.swa_utils.get_ema_multi_avg_fn(DECAY))
for layer in [*generator.modules(), *discriminator.modules()]:
    if isinstance(layer, (nn.Linear, nn.Conv2d, nn.ConvTranspose2d)):
        nn.init.kaiming_uniform_(layer.weight, nonlinearity="relu")
        nn.init.zeros_(layer.bias)
optimiser_g = torch.optim.Adam(generator.parameters(), lr=2e-3, betas=(0.5, 0.999))
optimiser = torch.optim.Adam(discriminator.parameters(), lr=2e-3, betas=(0.5, 0.999))

for epoch in range(5):
    for real, _ in batches:
        fake = generator(torch.randn(len(real), LATENT))
        nudged = real + STEP * 3**0.5 * (2 * torch.rand_like(real) - 1)
        on_real, on_fake, on_nudged = discriminator(torch.cat([real, fake.detach(), nudged]) * 2 - 1).chunk(3)
        slope = ((on_nudged - on_real) / STEP).square().mean()  # |grad D|^2 in expectation
        loss_d = softplus(-on_real).mean() + softplus(on_fake).mean() + R1 / 2 * slope
        optimiser.zero_grad()
        loss_d.backward()
        optimiser.step()
        loss_g = softplus(-discriminator(fake * 2 - 1)).mean()
        optimiser_g.zero_grad()
        loss_g.backward()
        optimiser_g.step()
        average.update_parameters(generator)
    print(f"epoch {epoch + 1}: generator {loss_g.item():.3f}, discriminator {loss_d.item():.3f}")
