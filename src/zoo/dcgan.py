"""A DCGAN on MNIST in PyTorch."""
import torch
from torch import nn
from torch.nn.functional import softplus
from torch.utils.data import DataLoader
from torchvision import datasets, transforms

torch.manual_seed(1)
data = datasets.MNIST("data", train=True, download=True, transform=transforms.ToTensor())
batches = DataLoader(data, batch_size=64, shuffle=True, drop_last=True)

LATENT, R1, STEP, DECAY = 10, 0.02, 0.01, 0.998

class Level(nn.Module):
    """Each place's channels divided by their root mean square."""

    def forward(self, x):
        return x * (x.square().mean(1, keepdim=True) + 1e-8).rsqrt()


generator = nn.Sequential(
    nn.Linear(LATENT, 32 * 7 * 7), nn.LeakyReLU(0.2), nn.Unflatten(1, (32, 7, 7)), Level(),
    nn.ConvTranspose2d(32, 16, 4, stride=2, padding=1), nn.LeakyReLU(0.2), Level(),
    nn.ConvTranspose2d(16, 1, 4, stride=2, padding=1), nn.Sigmoid(),
)
discriminator = nn.Sequential(
    nn.Conv2d(1, 16, 4, stride=2, padding=1), nn.LeakyReLU(0.2),
    nn.Conv2d(16, 32, 4, stride=2, padding=1), nn.LeakyReLU(0.2), nn.Flatten(), nn.Linear(32 * 7 * 7, 1),
)
average = torch.optim.swa_utils.AveragedModel(generator, multi_avg_fn=torch.optim.swa_utils.get_ema_multi_avg_fn(DECAY))
for layer in [*generator.modules(), *discriminator.modules()]:
    if isinstance(layer, (nn.Linear, nn.Conv2d, nn.ConvTranspose2d)):
        inputs = 4 * layer.in_channels if isinstance(layer, nn.ConvTranspose2d) else layer.weight[0].numel()
        bound = (6 / inputs) ** 0.5  # He, by what each output sums over
        nn.init.uniform_(layer.weight, -bound, bound)
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
