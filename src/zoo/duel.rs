//! A duel: naive Bayes against logistic regression, on the same samples, and more and more of them.

use burn::module::Module;
use burn::tensor::{Device, Tensor};

use crate::engine::contest::formulas;
use crate::engine::gaussian::{Counted, Moments};
use crate::engine::knobs::Knobs as _;
use crate::engine::ladder::{Ladder, Player, Task};
use crate::engine::layers::{Dense, Draw, Init};
use crate::engine::math::{Noise, Stream, accuracy, cross_entropy};
use crate::engine::optimiser::{Part, Trained};
use crate::engine::recipe::{Batch, Lesson, Moment, Outcome, Recipe, Scalars, Shape, Supply, Wish};
use crate::engine::training::Training;
use crate::knobs;
use crate::protocol::{Card, Role, Series, View, Wing, if_listed, listed, text};

/// Adam's learning rate at the start of a rung: of pictures and signals, of points in the plane.
const RATES: [f64; 2] = [0.01, 0.1];

/// Turned around, the generative player draws samples, the discriminative one its ideal of each class.
const PLAYERS: [Player; 2] = [
    Player::new(text("Naive Bayes", "朴素贝叶斯"), Role::Generator, ("naive-bayes", View::Samples)),
    Player::new(text("Logistic regression", "逻辑回归"), Role::Discriminator, ("softmax", View::Dream)),
];

knobs! {
    /// What can be set.
    pub struct Knobs {
        draws: whole(2, 50, linear) = 5, cold Data, "Draws" / "抽取次数",
            "How often training samples are drawn anew; more make shorter bars."
            / "重新抽取训练样本的次数：越多，误差棒越短。";
        smoothing: real(1e-9, 1.0, log) = 0.1, hot Network, "Variance smoothing (α)" / "方差平滑（α）",
            "The share of the largest variance that naive Bayes adds to every one; another value begins the duel anew."
            / "朴素贝叶斯把最大方差的这一比例加到每个方差上；改变它会重新开始对决。";
        penalty: real(1e-6, 100.0, log) = 1.0, hot Network, "L2 penalty (λ)" / "L2 惩罚（λ）",
            "How strongly logistic regression's weights are pulled towards zero; another value begins the duel anew."
            / "逻辑回归的权重被拉向零的力度；改变它会重新开始对决。";
        batch_size: whole(1, 1024, log) = 250, cold Training, "Batch size" / "批量大小",
            "How many samples each update of logistic regression is averaged over, or all where there are fewer."
            / "逻辑回归的每次更新由多少个样本平均得到；样本不足时取全部。";
        seed: whole(0, 4_294_967_295, linear) = 1, cold Training, "Random seed" / "随机种子",
            "Fixes which samples are drawn." / "固定抽取哪些样本。";
    }
}

/// `logits = x W + b`.
#[derive(Module, Debug)]
struct Network {
    linear: Dense,
}

/// Both players and the ladder that they climb.
pub struct Model {
    knobs: Knobs,
    shape: Shape,
    device: Device,
    ladder: Ladder,
    /// What naive Bayes knows.
    counted: Counted,
    /// What logistic regression knows, and how it learns.
    trained: Trained<Network>,
    training: Training,
}

impl Model {
    /// Players that know nothing: all weights are 0.
    fn players(shape: &Shape, training: &Training, device: &Device) -> (Counted, Trained<Network>) {
        let size = [shape.classes, shape.size()];
        let mut draw = Draw { noise: Noise::new(0, Stream::Weights, 0), init: Init::Zero, device };
        let network = Network { linear: draw.dense(size[1], size[0]) };
        (Counted::new(Moments::Squares, size, device), Trained::new(network, training))
    }

    fn descend(&mut self, x: Tensor<2>, batch: Batch, at: Moment) -> Scalars {
        let loss = cross_entropy(self.trained.network().linear.forward(x), batch.labels).mean();
        self.trained.descend(&loss, &self.training, at);
        vec![("loss/regression", loss.inner())]
    }
}

impl Recipe for Model {
    type Knobs = Knobs;

    fn card() -> Card {
        Card {
            name: "duel".into(),
            title: text("Duel: naive Bayes and logistic regression", "对决：朴素贝叶斯与逻辑回归"),
            wing: Wing::Discriminative,
            blurb: listed(
                "Generative against discriminative: who errs less with few samples, and who with many.",
                "生成对判别：看样本少时谁错得少，样本多时又是谁。",
            ),
            explanation: [
                listed(
                    "Both players draw the same kind of straight boundary: naive Bayes describes each class by Gaussians of one common width and turns them around by Bayes' rule, logistic regression fits P(y | x) itself; each learns from the same 10, 20, 50 and more samples and is tested on the same others.",
                    "两位选手画出的都是同一类直线边界：朴素贝叶斯用宽度相同的高斯分布描述每个类别，再由贝叶斯法则反过来；逻辑回归直接拟合 P(y | x)。两者从同样的 10、20、50 个乃至更多样本中学习，并在同样的其他样本上测试。",
                ),
                listed(
                    "Ng and Jordan showed in 2001 that logistic regression ends with the lower error but needs samples in proportion to the features, naive Bayes only to their logarithm: with few samples the generative player should lead, with many the discriminative one; what is seen here is told beside the curves, also where it is otherwise.",
                    "Ng 与 Jordan 在 2001 年证明：逻辑回归最终的错误率更低，但所需样本数与特征数成正比，而朴素贝叶斯只需与其对数成正比。因此样本少时生成模型应当领先，样本多时判别模型应当领先。实际观察到的结果写在曲线旁，与理论不符时也如实说明。",
                ),
                listed(
                    "Each can be turned around: “Gaussian naive Bayes” in this catalogue classifies by Bayes' rule and draws samples of a class, and “Softmax regression”, which is logistic regression of many classes, paints by gradient ascent what it takes for the ideal of a class.",
                    "两者都可以反过来用：本目录中的“高斯朴素贝叶斯”既用贝叶斯法则分类，也能生成某一类的样本；“Softmax 回归”（即多类别的逻辑回归）则用梯度上升画出它心目中每一类的理想图像。",
                ),
            ],
            data: Vec::new(),
            tuned: Vec::new(),
            formulas: if_listed(formulas),
            knobs: Knobs::knobs(),
            series: vec![Series {
                name: "loss/regression".into(),
                group: text("Loss", "损失"),
                title: text(
                    "Loss of logistic regression, on each number of samples anew",
                    "逻辑回归的损失（每种样本数重新拟合）",
                ),
                unit: text("nats", "奈特"),
                role: Role::Discriminator,
                bounds: None,
                references: Vec::new(),
            }],
            views: vec![View::Ladder],
            breaks: Vec::new(),
            source_path: "src/zoo/duel.rs".into(),
        }
    }

    fn fits(shape: &Shape) -> bool {
        shape.classes > 1
    }

    /// Points have no pixels that never change: nothing needs to be smoothed away.
    fn tuned(shape: &Shape) -> Knobs {
        Knobs::default().with(|knobs| {
            if !shape.pictures() {
                knobs.smoothing = 1e-9;
            }
        })
    }

    fn new(knobs: Knobs, shape: &Shape, device: &Device) -> Self {
        let training = Training::default();
        let (counted, trained) = Self::players(shape, &training, device);
        let [seed, batch, draws] = [knobs.seed, knobs.batch_size, knobs.draws];
        let ladder = Ladder::new(seed, batch as usize, draws as usize, device);
        Self { knobs, shape: *shape, device: device.clone(), ladder, counted, trained, training }
    }

    fn knobs(&self) -> &Knobs {
        &self.knobs
    }

    fn knobs_mut(&mut self) -> &mut Knobs {
        self.ladder.restart();
        &mut self.knobs
    }

    fn wish(&mut self, step: u64, supply: Supply) -> Wish {
        self.ladder.wish(step, supply)
    }

    fn step(&mut self, batch: Batch, at: Moment) -> Scalars {
        let turn = self.ladder.take();
        if turn.fresh {
            (self.counted, self.trained) = Self::players(&self.shape, &self.training, &self.device);
        }
        let x = batch.images.clone().flatten(1, 3); // [batch, size]
        match turn.task {
            Task::Count => self.counted.count(x.inner(), batch.labels, 0.0),
            Task::Descend => {
                let plane = usize::from(self.shape.size() == 2);
                self.training.learning_rate = RATES[plane] * turn.share;
                self.training.weight_decay = self.knobs.penalty / turn.size as f64;
                return self.descend(x, batch, at);
            }
            Task::Test => {
                let x = x.inner();
                let both = [
                    self.counted.alike(x.clone(), self.knobs.smoothing),
                    self.trained.network().valid().linear.forward(x),
                ];
                let count = batch.labels.dims()[0] as f64 / 100.0;
                let wrong = |logits| accuracy(logits, batch.labels.clone()).neg().add_scalar(100.0).mul_scalar(count);
                self.ladder.mark(&turn, both.map(wrong));
            }
        }
        Vec::new()
    }

    /// Of logistic regression.
    fn outcome(&self, batch: Batch) -> Outcome {
        let logits = self.trained.network().valid().linear.forward(batch.images.flatten(1, 3));
        Outcome { logits: Some(logits), ..Outcome::default() }
    }

    fn lesson(&self) -> Option<Lesson> {
        Some(self.ladder.lesson(PLAYERS))
    }

    fn parts(&mut self) -> Vec<Part<'_>> {
        vec![
            Part::new("", &mut self.counted),
            self.trained.part("regression", &self.training),
            Part::new("", &mut self.ladder),
        ]
    }
}
