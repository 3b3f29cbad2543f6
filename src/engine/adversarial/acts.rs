//! What slow motion says of each act of a step: its name, a sentence, and the formula with the settings in force.

use std::collections::BTreeSet;

use super::Playing;
use super::loss::Loss;
use super::step::{Stage, penalised, stages};
use crate::engine::knobs::Pick as _;
use crate::engine::recipe::Moment;
use crate::engine::training::{Rule, Training};
use crate::protocol::{Act, LISTED, Role, Tex, Text, blank, text};

/// D's loss and G's.
pub(super) const LOSS: [Text; 2] = [text("Loss of D", "判别器的损失"), text("Loss of G", "生成器的损失")];
/// D's mean output on real and on generated samples.
pub(super) const MEAN: [Text; 2] = [
    text("D on real samples, mean", "判别器对真实样本的平均输出"),
    text("D on generated samples, mean", "判别器对生成样本的平均输出"),
];
/// What D's slope costs it.
pub(super) const PENALTY: Text = text("Penalty", "惩罚项");
/// The Euclidean norm of a gradient.
pub(super) const NORM: Text = text("Gradient norm", "梯度范数");

/// The acts of the step at a moment.
pub fn acts(knobs: &Playing, at: Moment) -> Vec<Act> {
    let stages = stages(knobs, at);
    let anew = stages.contains(&Stage::TeachDiscriminator);
    let act = |stage: &Stage| {
        let (title, text, role) = words(*stage, anew);
        let (source, numbers) = carried(*stage, knobs, at);
        let tex = Tex { source: source.into(), markup: String::new() };
        Act { title, text, tex, numbers, role, values: Vec::new() }
    };
    stages.iter().map(act).collect()
}

/// The formula of a stage with blanks for its numbers, and these.
fn carried(stage: Stage, knobs: &Playing, at: Moment) -> (String, Vec<String>) {
    let mut numbers = Numbers::default();
    let source = formula(stage, knobs, at, &mut numbers);
    // Where the class is told, both players read it beside their input.
    let source = if knobs.conditional { source.replace("(x)", "(x, y)").replace("(z)", "(z, y)") } else { source };
    (source, numbers.0)
}

/// Every formula that an act can carry out: those of all settings that change more of one than a number.
pub fn every() -> Vec<String> {
    if !LISTED {
        return Vec::new();
    }
    let mut all = BTreeSet::new();
    let at = Moment { step: 0, steps_per_epoch: 1 };
    for bits in 0..1_u32 << 6 {
        let on = |bit: u32| f64::from(bits >> bit & 1) / 2.0;
        for (loss, ..) in Loss::ALL {
            for (optimiser, ..) in Rule::ALL {
                let conditional = on(0) > 0.0;
                let mut knobs = Playing { conditional, loss: *loss, smoothing: on(1), r1: on(2), ..Playing::default() };
                (knobs.penalty, knobs.average, knobs.spectral) = (on(3), on(4), true);
                let training = &mut knobs.generating.training;
                (training.optimiser, training.weight_decay) = (*optimiser, on(5));
                all.extend(stages(&knobs, at).into_iter().map(|stage| carried(stage, &knobs, at).0));
            }
        }
    }
    all.into_iter().collect()
}

/// The numbers of a formula, in the order in which they stand in it.
#[derive(Default)]
struct Numbers(Vec<String>);

impl Numbers {
    /// Takes down a setting with the digits that it needs; what stands for it in the formula.
    fn put(&mut self, value: f64) -> String {
        let rounded = format!("{value:.6}");
        self.0.push(rounded.trim_end_matches('0').trim_end_matches('.').to_owned());
        blank(self.0.len() - 1)
    }
}

/// Title, sentence and whose act it is; `anew` where D has learnt in the same step.
fn words(stage: Stage, anew: bool) -> (Text, Text, Role) {
    let (made, judged) = (Role::Generator, Role::Discriminator);
    match stage {
        Stage::Draw => (
            text("Draw a minibatch", "抽取小批量"),
            text(
                "Real samples x are drawn, and as many latents z, of which G makes samples G(z).",
                "抽取真实样本 x 和同样多的隐变量 z，由生成器得到 G(z)。",
            ),
            Role::Neutral,
        ),
        Stage::Normalise => (
            text("Normalise D", "归一化判别器"),
            text(
                "One power iteration finds the largest singular value of each weight matrix, by which D divides it.",
                "用一次幂迭代求出每个权重矩阵的最大奇异值，判别器以除以它之后的权重计算。",
            ),
            judged,
        ),
        Stage::Judge => (
            text("D judges both", "判别器评判两类样本"),
            text(
                "D judges real and generated samples; its loss says how far it is from telling them apart.",
                "判别器评判真实样本与生成样本；损失衡量它离完全分辨二者还有多远。",
            ),
            judged,
        ),
        Stage::Penalise => (
            text("Penalise D's slope", "惩罚判别器的陡度"),
            text(
                "What D's gradient in its input, taken before any sigmoid, costs is added to its loss, so that D cannot become too steep.",
                "把判别器（sigmoid 之前）对输入的梯度折算成代价加到损失上，使它不会过陡。",
            ),
            judged,
        ),
        Stage::TeachDiscriminator => (
            text("D learns", "判别器学习"),
            text(
                "D's weights move down the gradient g of its loss while G stands still.",
                "判别器的权重沿其损失的梯度 g 下降，生成器保持不动。",
            ),
            judged,
        ),
        Stage::Clip => (
            text("Clip D's weights", "裁剪判别器的权重"),
            text("Every weight of D is cut to the magnitude c.", "把判别器的每个权重截断到幅度 c 以内。"),
            judged,
        ),
        Stage::Fool if anew => (
            text("D judges G's samples anew", "判别器重新评判生成样本"),
            text(
                "D, as it is after its update, judges the same generated samples; the loss of G says how little they deceive it.",
                "更新后的判别器重新评判同一批生成样本；生成器的损失衡量它们有多骗不过判别器。",
            ),
            made,
        ),
        Stage::Fool => (
            text("D judges G's samples", "判别器评判生成样本"),
            text(
                "D judges the generated samples; the loss of G says how little they deceive it.",
                "判别器评判生成样本；生成器的损失衡量它们有多骗不过判别器。",
            ),
            made,
        ),
        Stage::TeachGenerator => (
            text("G learns", "生成器学习"),
            text(
                "G's weights move down the gradient g of its loss, which comes back through D, while D stands still.",
                "生成器的权重沿其损失的梯度 g 下降，梯度经判别器反传而来，判别器保持不动。",
            ),
            made,
        ),
        Stage::Follow => (
            text("The average follows", "平均权重跟上"),
            text(
                "Samples are drawn from a running average of G's weights, which now follows them: the samples move.",
                "展示的样本来自生成器权重的滑动平均，现在它跟上新的权重：样本随之移动。",
            ),
            made,
        ),
    }
}

/// The formula of a stage, in TeX.
fn formula(stage: Stage, knobs: &Playing, at: Moment, numbers: &mut Numbers) -> String {
    let penalty = knobs.r1 > 0.0 || penalised(knobs);
    match stage {
        Stage::Draw => r"\begin{aligned} x &\sim p_{\mathrm{data}}, \quad z \sim \mathcal{N}(0, I) \\ \tilde x &= G(z) \end{aligned}".into(),
        Stage::Normalise => r"\bar W = W / \sigma(W), \quad \sigma(W) \approx u^{\top} W v".into(),
        Stage::Judge => judgement(knobs, numbers),
        Stage::Penalise => slopes(knobs, numbers),
        Stage::TeachDiscriminator => {
            let training = Training { learning_rate: knobs.discriminator_rate, ..knobs.generating.training.clone() };
            update("D", if penalty { r"(\mathcal{L}_D + R)" } else { r"\mathcal{L}_D" }, &training, at, numbers)
        }
        Stage::Clip => format!(r"\theta_D \leftarrow \min(c, \max(-c, \theta_D)), \quad c = {}", numbers.put(knobs.clip)),
        Stage::Fool => {
            let loss = match knobs.loss {
                Loss::NonSaturating => r"-\mathbb{E}_z[\log D(G(z))]",
                Loss::Saturating => r"\mathbb{E}_z[\log(1 - D(G(z)))]",
                Loss::LeastSquares => r"\frac{1}{2} \mathbb{E}_z[(D(G(z)) - 1)^2]",
                Loss::Hinge | Loss::Wasserstein | Loss::GradientPenalty => r"-\mathbb{E}_z[D(G(z))]",
            };
            format!(r"\mathcal{{L}}_G = {loss}")
        }
        Stage::TeachGenerator => update("G", r"\mathcal{L}_G", &knobs.generating.training, at, numbers),
        Stage::Follow if knobs.average == 0.0 => r"\bar\theta_G \leftarrow \theta_G".into(),
        Stage::Follow => format!(
            r"\begin{{aligned}} \bar\theta_G &\leftarrow \beta\, \bar\theta_G + (1 - \beta)\, \theta_G \\ \beta &\le {} \end{{aligned}}",
            numbers.put(knobs.average)
        ),
    }
}

/// D's loss; smoothing takes its share off the target of real samples.
fn judgement(knobs: &Playing, numbers: &mut Numbers) -> String {
    let smooth = knobs.smoothing;
    let (real, made) = match knobs.loss {
        Loss::NonSaturating | Loss::Saturating if smooth > 0.0 => (
            format!(
                r"-{}\, \mathbb{{E}}_x[\log D(x)] - {}\, \mathbb{{E}}_x[\log(1 - D(x))]",
                numbers.put(1.0 - smooth),
                numbers.put(smooth)
            ),
            r"-\, \mathbb{E}_z[\log(1 - D(G(z)))]",
        ),
        Loss::NonSaturating | Loss::Saturating => {
            (r"-\mathbb{E}_x[\log D(x)]".into(), r"-\, \mathbb{E}_z[\log(1 - D(G(z)))]")
        }
        Loss::LeastSquares => (
            format!(r"\frac{{1}}{{2}} \mathbb{{E}}_x[(D(x) - {})^2]", numbers.put(1.0 - smooth)),
            r"+\, \frac{1}{2} \mathbb{E}_z[D(G(z))^2]",
        ),
        Loss::Hinge => (r"\mathbb{E}_x[\max(0, 1 - D(x))]".into(), r"+\, \mathbb{E}_z[\max(0, 1 + D(G(z)))]"),
        Loss::Wasserstein | Loss::GradientPenalty => (r"-\mathbb{E}_x[D(x)]".into(), r"+\, \mathbb{E}_z[D(G(z))]"),
    };
    format!(r"\begin{{aligned}} \mathcal{{L}}_D &= {real} \\ &{made} \end{{aligned}}")
}

/// The penalties in force, each followed by its weight.
fn slopes(knobs: &Playing, numbers: &mut Numbers) -> String {
    let r1 = r"\frac{\gamma}{2}\, \mathbb{E}_x \lVert \nabla_x D(x) \rVert^2";
    let one = r"\lambda\, \mathbb{E}_{\hat x} (\lVert \nabla D(\hat x) \rVert - 1)^2";
    let lines = match (knobs.r1 > 0.0, penalised(knobs)) {
        (true, true) => {
            let (gamma, lambda) = (numbers.put(knobs.r1), numbers.put(knobs.penalty));
            format!(r"R &= {r1} \\ &+ {one} \\ \gamma &= {gamma}, \quad \lambda = {lambda}")
        }
        (true, false) => format!(r"R &= {r1} \\ \gamma &= {}", numbers.put(knobs.r1)),
        (false, _) => format!(r"R &= {one} \\ \lambda &= {}", numbers.put(knobs.penalty)),
    };
    format!(r"\begin{{aligned}} {lines} \end{{aligned}}")
}

/// One update of a player's weights by the gradient of `loss`, as `optimiser.rs` makes it.
fn update(player: &str, loss: &str, training: &Training, at: Moment, numbers: &mut Numbers) -> String {
    let weights = format!(r"\theta_{player}");
    let decay = training.weight_decay;
    let pulled = decay > 0.0 && training.optimiser != Rule::AdamW;
    let pulled = if pulled { format!(r" + {}\, {weights}", numbers.put(decay)) } else { String::new() };
    let shrunk = decay > 0.0 && training.optimiser == Rule::AdamW;
    let kept = if shrunk { format!(r"(1 - {}\, \eta)\, {weights}", numbers.put(decay)) } else { weights.clone() };
    let way = match training.optimiser {
        Rule::Sgd => "g".to_owned(),
        Rule::Momentum => format!(r"v, \quad v \leftarrow {}\, v + g", numbers.put(training.momentum)),
        Rule::RmsProp => r"g / (\sqrt{s} + \epsilon)".into(),
        Rule::Adam | Rule::AdamW => r"\hat m / (\sqrt{\hat v} + \epsilon)".into(),
    };
    let rate = numbers.put(training.rate(at));
    format!(
        r"\begin{{aligned}} g &= \nabla_{{\theta_{player}}} {loss}{pulled} \\ {weights} &\leftarrow {kept} - \eta\, {way} \\ \eta &= {rate} \end{{aligned}}"
    )
}
