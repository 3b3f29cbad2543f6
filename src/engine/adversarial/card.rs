//! What the cards of adversarial models say alike: curves, mathematics, and ways to fail.

use crate::engine::classifier::{curve, knob, source, symbol};
use crate::engine::generative::quality_series;
use crate::protocol::{Break, Formula, Role, Series, Text, Value, listed};

/// The curves.
pub fn series() -> Vec<Series> {
    let of = |name: &'static str, group: &Text, title, unit: &Text, role, bounds| Series {
        name: name.into(),
        group: group.clone(),
        title,
        unit: unit.clone(),
        role,
        bounds,
        references: Vec::new(),
    };
    let (loss, value) = (listed("Loss", "损失"), listed("", ""));
    let (share, cent) = (listed("Discriminator's accuracy", "判别器准确率"), listed("%", "%"));
    let (slope, norm) = (listed("Gradient norm", "梯度范数"), listed("", ""));
    let (made, judged) = (Role::Generator, Role::Discriminator);
    let all = Some((0.0, 100.0));
    let mut series = vec![
        of("loss/generator", &loss, listed("Generator", "生成器"), &value, made, None),
        of("loss/discriminator", &loss, listed("Discriminator", "判别器"), &value, judged, None),
        of("accuracy/real", &share, listed("On real samples", "真实样本"), &cent, judged, all),
        of("accuracy/generated", &share, listed("On generated samples", "生成样本"), &cent, made, all),
        of("gradient/generator", &slope, listed("Generator", "生成器"), &norm, made, None),
        of("gradient/discriminator", &slope, listed("Discriminator", "判别器"), &norm, judged, None),
    ];
    series.extend(quality_series());
    series
}

/// The mathematics.
pub fn formulas() -> Vec<Formula> {
    let goodfellow = || {
        source(
            "I. Goodfellow et al., Generative adversarial nets, NIPS 2014, eq. 1 and section 3",
            "https://arxiv.org/abs/1406.2661",
        )
    };
    vec![
        Formula {
            title: listed("The game", "博弈目标"),
            tex: r"\min_G \max_D \; \mathbb{E}_{x}[\log D(x)] + \mathbb{E}_{z \sim \mathcal{N}(0, I)}[\log(1 - D(G(z)))]".into(),
            symbols: vec![
                symbol("x", listed("a real sample", "真实样本")),
                knob("z", "latent", listed("a latent, drawn from a normal distribution", "从正态分布抽取的隐变量")),
                symbol("G(z)", listed("a generated sample", "生成样本")),
                curve("D", "accuracy/real", listed("the probability that a sample is real", "样本为真实的概率")),
            ],
            source: goodfellow(),
        },
        Formula {
            title: listed("In practice: the non-saturating losses", "实践中：非饱和损失"),
            tex: r"\mathcal{L}_D = -\mathbb{E}_x[\log D(x)] - \mathbb{E}_z[\log(1 - D(G(z)))], \qquad \mathcal{L}_G = -\mathbb{E}_z[\log D(G(z))]".into(),
            symbols: vec![
                curve(r"\mathcal{L}_D", "loss/discriminator", listed("the discriminator's loss", "判别器损失")),
                curve(r"\mathcal{L}_G", "loss/generator", listed("the generator's loss: its gradient does not vanish while D wins", "生成器损失：判别器占优时梯度也不会消失")),
                knob(r"\log", "loss", listed("other losses put other functions here", "其他损失在此处换用别的函数")),
            ],
            source: goodfellow(),
        },
        Formula {
            title: listed("R1, by finite differences", "R1 惩罚（有限差分）"),
            tex: r"\frac{\gamma}{2}\, \mathbb{E}_x \lVert \nabla_x D(x) \rVert^2 \approx \frac{\gamma}{2}\, \mathbb{E}_{x,\, \epsilon} \Bigl( \frac{D(x + h \epsilon) - D(x)}{h} \Bigr)^2".into(),
            symbols: vec![
                knob(r"\gamma", "r1", listed("the penalty's weight", "惩罚系数")),
                symbol("D", listed("here D before the sigmoid", "此处为 sigmoid 之前的 D")),
                symbol(r"\epsilon", listed("random directions of covariance I, spread evenly", "协方差为 I 的均匀分布随机方向")),
                symbol("h", listed("a small step, 0.01", "小步长 0.01")),
            ],
            source: source(
                "L. Mescheder, A. Geiger and S. Nowozin, Which training methods for GANs do actually converge?, ICML 2018, eq. 9",
                "https://arxiv.org/abs/1801.04406",
            ),
        },
        Formula {
            title: listed("Spectral normalisation", "谱归一化"),
            tex: r"\bar W = W / \sigma(W), \qquad \sigma(W) = \max_{\lVert v \rVert = 1} \lVert W v \rVert \approx u^{\top} W v".into(),
            symbols: vec![
                knob(r"\bar W", "spectral", listed("what D computes with", "判别器实际使用的权重")),
                symbol("u, v", listed("by one power iteration for each update", "每次更新做一次幂迭代得到")),
            ],
            source: source(
                "T. Miyato et al., Spectral normalization for generative adversarial networks, ICLR 2018, Algorithm 1",
                "https://arxiv.org/abs/1802.05957",
            ),
        },
    ]
}

/// What the article's formula lacks.
pub const MISPRINT: Text = listed(
    "Introductions sometimes print the objective as P_data(x) + P_G(z) - P_D(z); that is no game of probabilities: what D maximises and G minimises are the expected logarithms in the formula here.",
    "有的入门文章把目标写成 P_data(x) + P_G(z) - P_D(z)，这并不是正确的目标：判别器最大化、生成器最小化的，是这里公式中的对数期望。",
);

/// Failures to bring about.
pub fn breaks() -> Vec<Break> {
    let pick = |name: &'static str| Value::Choice(name.into());
    let set = |name: &'static str, value| (name.into(), value);
    let bare = || {
        vec![
            set("r1", Value::Real(0.0)),
            set("spectral", Value::Switch(false)),
            set("smoothing", Value::Real(0.0)),
            set("instance-noise", Value::Real(0.0)),
        ]
    };
    let with = |more: Vec<_>| bare().into_iter().chain(more).collect();
    vec![
        Break {
            name: "mode-collapse".into(),
            title: listed("Mode collapse", "模式坍塌"),
            watch: listed(
                "G learns much faster than D and without averaging: it runs after whatever D believes at the moment. Watch the samples become alike, and change all together.",
                "生成器学得远快于判别器，且不做平均：它只追逐判别器此刻相信的东西。观察样本变得彼此雷同，并一起变化。",
            ),
            knobs: with(vec![
                set("loss", pick("non-saturating")),
                set("learning-rate", Value::Real(5e-3)),
                set("discriminator-rate", Value::Real(2e-4)),
                set("average", Value::Real(0.0)),
            ]),
        },
        Break {
            name: "vanishing-gradients".into(),
            title: listed("Vanishing gradients", "梯度消失"),
            watch: listed(
                "The minimax loss to the letter and a D that learns faster: once D is sure, log(1 - D) is flat. Watch both accuracies reach 100 % and the generator's gradient fall to nothing.",
                "严格采用极小极大损失，并让判别器学得更快：判别器一旦确信，log(1 - D) 就趋于平坦。观察两条准确率升到 100 %，而生成器的梯度跌到几乎为零。",
            ),
            knobs: with(vec![
                set("loss", pick("saturating")),
                set("learning-rate", Value::Real(1e-5)),
                set("discriminator-rate", Value::Real(2e-3)),
            ]),
        },
        Break {
            name: "divergence".into(),
            title: listed("Divergence", "发散"),
            watch: listed(
                "A critic that nothing bounds: its weights are clipped so late that its scores grow without end. Watch the losses run away and the samples dissolve.",
                "评论器不受任何约束：权重裁剪得太松，得分无止境地增大。观察损失一路失控，样本随之瓦解。",
            ),
            knobs: with(vec![
                set("loss", pick("wgan")),
                set("clip", Value::Real(1.0)),
                set("discriminator-rate", Value::Real(1e-2)),
                set("learning-rate", Value::Real(1e-2)),
            ]),
        },
    ]
}
