//! The knobs that all models trained by gradient descent share, and the learning rate that follows from them.

use super::layers::Init;
use super::recipe::Moment;
use crate::{choices, knobs};

/// Updates that an epoch counts as, at least: a few dozen samples make one a step, and a schedule that is meant for thousands of
/// them would be over before anything is learnt.
const EPOCH: u32 = 30;

choices! {
    /// How a gradient becomes an update; `optimiser.rs` has the formulas.
    pub enum Rule {
        /// Plain gradient descent.
        Sgd = "sgd", "SGD" / "随机梯度下降 SGD";
        /// With a velocity.
        Momentum = "momentum", "SGD with momentum" / "带动量的 SGD";
        /// Divided by the gradient's recent magnitude.
        RmsProp = "rmsprop", "RMSProp" / "RMSProp";
        /// Both.
        Adam = "adam", "Adam" / "Adam";
        /// Both, with the weight decay kept apart from the gradient.
        AdamW = "adamw", "AdamW" / "AdamW";
    }
}

choices! {
    /// How the learning rate changes over a run.
    pub enum Schedule {
        /// It does not.
        Constant = "constant", "Constant" / "恒定";
        /// Half a cosine wave, down to a hundredth.
        Cosine = "cosine", "Cosine annealing" / "余弦退火";
        /// By a factor, every so many epochs.
        Step = "step", "Step decay" / "阶梯衰减";
    }
}

knobs! {
    /// How a model is trained.
    pub struct Training {
        optimiser: pick(Rule) = Rule::Adam, hot Training, "Optimiser" / "优化器",
            "How each gradient is turned into a change of the weights." / "决定每个梯度如何转化为权重的更新。";
        learning_rate: real(1e-6, 10.0, log) = 1e-3, hot Training, "Learning rate" / "学习率",
            "How far each step follows the gradient; too large diverges, too small crawls."
            / "每一步沿梯度走多远：太大会发散，太小则收敛缓慢。";
        momentum: real(0.0, 0.999, linear) = 0.9, hot Training, "Momentum" / "动量",
            "The share of its velocity that an update keeps from one step to the next." / "每次更新从上一步保留的速度比例。",
            when optimiser = "momentum";
        weight_decay: real(0.0, 1.0, linear) = 0.0, hot Training, "Weight decay" / "权重衰减",
            "Pulls every weight towards zero, so that large weights must earn their keep."
            / "把所有权重拉向零，抑制不必要的大权重，减轻过拟合。";
        schedule: pick(Schedule) = Schedule::Constant, hot Training, "Learning-rate schedule" / "学习率调度",
            "How the learning rate changes as training goes on." / "学习率随训练进程变化的方式。";
        horizon: real(0.1, 1000.0, log) = 5.0, hot Training, "Epochs to anneal" / "退火轮数",
            "After so many epochs, of 30 updates at least, the cosine has come down to a hundredth of the learning rate."
            / "经过这么多轮（每轮至少按 30 次更新计）后，余弦退火把学习率降到初始值的百分之一。",
            when schedule = "cosine";
        step_every: real(0.1, 1000.0, log) = 2.0, hot Training, "Epochs between drops" / "衰减间隔（轮）",
            "The learning rate drops each time so many epochs, of 30 updates at least, have passed."
            / "每经过这么多轮（每轮至少按 30 次更新计），学习率下降一次。",
            when schedule = "step";
        step_factor: real(0.01, 1.0, linear) = 0.5, hot Training, "Drop factor" / "衰减系数",
            "What the learning rate is multiplied by at each drop." / "每次下降时学习率所乘的系数。",
            when schedule = "step";
        batch_size: whole(1, 1024, log) = 64, cold Training, "Batch size" / "批量大小",
            "How many samples each gradient is averaged over." / "每个梯度由多少个样本平均得到。";
        init: pick(Init) = Init::He, cold Network, "Weight initialisation" / "权重初始化",
            "How wide the first random weights are drawn." / "初始随机权重的取值范围如何确定。";
        seed: whole(0, 4_294_967_295, linear) = 1, cold Training, "Random seed" / "随机种子",
            "Fixes initial weights, order of samples and dropout: the same seed repeats the same run."
            / "固定初始权重、样本顺序与随机失活：同一种子得到同一条曲线。";
    }
}

impl Training {
    /// The learning rate of the update made at `at`. With t = epochs passed, of 30 updates at least:
    ///
    /// * cosine: `low + (rate - low) (1 + cos(pi t / horizon)) / 2` up to the horizon, then `low` = rate / 100
    ///   (Loshchilov & Hutter, SGDR, ICLR 2017, eq. 5, one period);
    /// * step: `rate * factor^floor(t / every)`.
    pub fn rate(&self, at: Moment) -> f64 {
        let epochs = at.step as f64 / f64::from(at.steps_per_epoch.max(EPOCH));
        let peak = self.learning_rate;
        match self.schedule {
            Schedule::Constant => peak,
            Schedule::Cosine => {
                let low = peak / 100.0;
                let turn = std::f64::consts::PI * (epochs / self.horizon).min(1.0);
                low + (peak - low) * (1.0 + turn.cos()) / 2.0
            }
            Schedule::Step => peak * self.step_factor.powi((epochs / self.step_every) as i32),
        }
    }
}
