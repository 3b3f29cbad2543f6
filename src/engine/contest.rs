//! What a generative and a discriminative model reached from the same samples: means, standard errors, and what they say.

use super::classifier::{curve, knob, source, symbol};
use super::ladder::{Lesson, Player, SIZES};
use crate::protocol::{Formula, Ladder, Rise, Source, Text, listed, text};

/// A mean difference counts that is more than so many of its standard errors from 0.
const ERRORS: f64 = 2.0;

/// Who errs less.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Lower {
    Generative,
    Discriminative,
    Neither,
}

/// One rung: what both players reached, in the same draws.
struct Rung {
    size: u32,
    /// Test errors in per cent, player by player and draw by draw.
    errors: [Vec<f64>; 2],
}

impl Rung {
    /// Who errs less, by the differences within each draw: what a draw has in common does not count.
    fn lower(&self) -> Lower {
        let [generative, discriminative] = &self.errors;
        let apart: Vec<f64> = generative.iter().zip(discriminative).map(|(one, other)| one - other).collect();
        let (mean, error) = mean(&apart);
        if apart.len() < 2 || mean.abs() <= ERRORS * error {
            Lower::Neither
        } else if mean < 0.0 {
            Lower::Generative
        } else {
            Lower::Discriminative
        }
    }

    fn means(&self) -> [f64; 2] {
        self.errors.each_ref().map(|errors| mean(errors).0)
    }
}

/// The mean, and its standard error `s / sqrt(n)` with `s^2` by n - 1; 0 of fewer than two values.
fn mean(values: &[f64]) -> (f64, f64) {
    let count = values.len() as f64;
    let mean = values.iter().sum::<f64>() / count.max(1.0);
    let squares: f64 = values.iter().map(|value| (value - mean).powi(2)).sum();
    (mean, if values.len() < 2 { 0.0 } else { (squares / (count - 1.0) / count).sqrt() })
}

/// What a lesson comes to, of the numbers `wrong` `[draws, SIZES, players]` that it measured.
pub fn told(lesson: &Lesson, wrong: &[f32]) -> Ladder {
    let rungs: Vec<_> = (0..lesson.rungs).map(|rung| read(lesson, wrong, rung)).collect();
    let rungs: Vec<_> = rungs.into_iter().filter(|rung| !rung.errors[0].is_empty()).collect();
    let rises = [0, 1].map(|player| {
        let Player { title, role, turned: (recipe, view) } = lesson.players[player].clone();
        let point = |rung: &Rung| {
            let (mean, error) = mean(&rung.errors[player]);
            (rung.size, mean as f32, error as f32)
        };
        Rise { title, role, turned: (recipe.into(), view), rungs: rungs.iter().map(point).collect() }
    });
    let drawn = lesson.pairs.checked_div(lesson.rungs).unwrap_or_default();
    Ladder {
        axes: [text("training samples", "训练样本数"), text("test error (%)", "测试错误率（%）")],
        said: [finding(lesson, &rungs, drawn), note(lesson, drawn)],
        rises: rises.into(),
    }
}

fn read(lesson: &Lesson, wrong: &[f32], rung: usize) -> Rung {
    let draws = (0..lesson.draws).filter(|draw| draw * lesson.rungs + rung < lesson.pairs);
    let errors = [0, 1].map(|player| {
        let error = |draw: usize| {
            let wrong = wrong.get((draw * SIZES.len() + rung) * 2 + player).copied().unwrap_or_default();
            100.0 * f64::from(wrong) / lesson.tested.max(1) as f64
        };
        draws.clone().map(error).collect()
    });
    Rung { size: SIZES[rung], errors }
}

fn note(lesson: &Lesson, drawn: usize) -> Text {
    let Lesson { draws, tested, .. } = lesson;
    both([
        format!(
            "Bars: the mean over draws of training samples ± one standard error; {drawn} of {draws} draws are done, each tested on the same {tested} samples. Where a draw takes most of the set, draws resemble each other and the bars are too short."
        ),
        format!(
            "误差棒：对训练样本多次抽取的均值 ± 一个标准误；已完成 {drawn}/{draws} 次抽取，每次都用同样的 {tested} 个样本测试。若一次抽取用去数据集的大部分，各次抽取彼此相似，误差棒会偏短。"
        ),
    ])
}

/// What was observed at both ends, where the means cross, and whether Ng & Jordan (2001) expect that.
fn finding(lesson: &Lesson, rungs: &[Rung], drawn: usize) -> Text {
    let (Some(first), Some(last)) = (rungs.first(), rungs.last()) else {
        return if lesson.rungs < 2 { short() } else { text("Nothing is measured yet.", "尚无测量结果。") };
    };
    if drawn < 2 {
        return text(
            "What these errors say is told once two draws are done.",
            "完成两次抽取之后，才能说明这些错误率意味着什么。",
        );
    }
    let [few, many] = [first, last].map(|rung| end(lesson, rung));
    let parts = if lesson.rungs < 2 {
        vec![few, short()]
    } else {
        vec![few, many, crossing(rungs), verdict(first.lower(), last.lower())]
    };
    let join = |of: fn(&Text) -> &str, gap| {
        let said: Vec<_> = parts.iter().map(of).filter(|part| !part.is_empty()).collect();
        said.join(gap)
    };
    both([join(|part| &part.en, " "), join(|part| &part.zh, "")])
}

/// Of a set that has no second rung.
fn short() -> Text {
    let least = SIZES[1];
    both([
        format!(
            "This set is too small to hold few samples against many: that takes {least} training samples at least."
        ),
        format!("这个数据集太小，无法比较样本少与样本多的情形：至少需要 {least} 个训练样本。"),
    ])
}

/// One end of the ladder, in words.
fn end(lesson: &Lesson, rung: &Rung) -> Text {
    let (size, means) = (grouped(rung.size), rung.means());
    let (winner, loser) = match rung.lower() {
        Lower::Generative => (0, 1),
        Lower::Discriminative => (1, 0),
        Lower::Neither => {
            let [one, other] = means;
            return both([
                format!(
                    "With {size} samples neither errs less beyond two standard errors ({one:.1} % and {other:.1} %)."
                ),
                format!("用 {size} 个样本时，两者的差别不超过两个标准误（{one:.1} % 与 {other:.1} %）。"),
            ]);
        }
    };
    let [Text { en, zh }, other] = [winner, loser].map(|player| lesson.players[player].title.clone());
    let [low, high] = [winner, loser].map(|player| means[player]);
    both([
        format!(
            "With {size} samples {} errs less: {low:.1} % against {high:.1} % of {}.",
            small(&en),
            small(&other.en)
        ),
        format!("用 {size} 个样本时，{zh}的错误率更低：{low:.1} %，而{}为 {high:.1} %。", other.zh),
    ])
}

/// Between which rungs the means change places for the last time.
fn crossing(rungs: &[Rung]) -> Text {
    let apart = |rung: &Rung| rung.means()[0] - rung.means()[1];
    let cross = rungs.windows(2).rfind(|pair| apart(&pair[0]) < 0.0 && apart(&pair[1]) >= 0.0);
    cross.map_or_else(Text::default, |pair| {
        let [from, to] = [grouped(pair[0].size), grouped(pair[1].size)];
        both([
            format!("The means cross between {from} and {to} samples."),
            format!("两条均值曲线在 {from} 与 {to} 个样本之间相交。"),
        ])
    })
}

/// What the theory says to who errs less with the fewest and with the most samples.
fn verdict(few: Lower, many: Lower) -> Text {
    match (few, many) {
        (Lower::Generative, Lower::Discriminative) => text(
            "That agrees with Ng and Jordan (2001): the generative model is near its end sooner, the discriminative one ends lower.",
            "这与 Ng 和 Jordan（2001）一致：生成模型更快接近自己的极限，判别模型的极限更低。",
        ),
        (Lower::Discriminative, Lower::Generative) => text(
            "That contradicts Ng and Jordan (2001) at both ends: they expect the generative model to lead with few samples and the discriminative one with many.",
            "这在两端都与 Ng 和 Jordan（2001）相矛盾：他们预期样本少时生成模型领先，样本多时判别模型领先。",
        ),
        (Lower::Discriminative, _) => text(
            "With few samples that contradicts Ng and Jordan (2001), who expect the generative model to lead there.",
            "样本少时，这与 Ng 和 Jordan（2001）相矛盾：他们预期此时生成模型领先。",
        ),
        (_, Lower::Generative) => text(
            "With many samples that contradicts Ng and Jordan (2001), who expect the discriminative model to end lower, unless these samples are too few to see it: they met such sets, too.",
            "样本多时，这与 Ng 和 Jordan（2001）相矛盾：他们预期判别模型最终更低，除非样本还不够多：他们也遇到过这样的数据集。",
        ),
        (Lower::Neither, Lower::Discriminative) | (Lower::Generative, Lower::Neither) => text(
            "One half of what Ng and Jordan (2001) expect is seen here; the other half neither is nor is contradicted.",
            "Ng 和 Jordan（2001）的预期在此只见到一半；另一半既未得到证实，也未遭到反驳。",
        ),
        (Lower::Neither, Lower::Neither) => text(
            "That decides neither for nor against Ng and Jordan (2001).",
            "这既不支持也不反对 Ng 和 Jordan（2001）。",
        ),
    }
}

fn both([en, zh]: [String; 2]) -> Text {
    Text { en: en.into(), zh: zh.into() }
}

/// A number as the page writes it: in groups from 10,000 on.
fn grouped(number: u32) -> String {
    if number < 10_000 { number.to_string() } else { format!("{},{:03}", number / 1000, number % 1000) }
}

/// A title within a sentence.
fn small(title: &str) -> String {
    let mut signs = title.chars();
    signs.next().map(|first| first.to_lowercase().chain(signs).collect()).unwrap_or_default()
}

/// The mathematics of both players, of what they are held against, and how.
pub fn formulas() -> Vec<Formula> {
    vec![generative_formula(), discriminative_formula(), theory_formula(), error_formula()]
}

/// Where the duel was fought first.
fn paper(part: &str) -> Source {
    let citation = format!(
        "A. Y. Ng and M. I. Jordan, On discriminative vs. generative classifiers: a comparison of logistic regression and naive Bayes, NIPS 14, 2001, {part}"
    );
    Source {
        citation: citation.into(),
        link: "https://papers.nips.cc/paper/2001/hash/7b7a53e239400a13bd6be6c91c4f6c4e-Abstract.html".into(),
    }
}

fn generative_formula() -> Formula {
    Formula {
        title: listed("The generative player: naive Bayes", "生成方：朴素贝叶斯"),
        tex: r"p(x \mid k) = \prod_{d=1}^{D} \mathcal{N}(x_d; \mu_{kd}, \sigma_d^2), \qquad \log P(k \mid x) = \sum_{d=1}^{D} \frac{\mu_{kd}}{\sigma_d^2}\, x_d + b_k + c(x), \qquad \sigma_d^2 = s_d^2 + \alpha \max_j \mathrm{Var}(x_j)".into(),
        symbols: vec![
            symbol(r"\mu_{kd}", listed("the mean of feature d in class k, counted in one pass", "特征 d 在类别 k 中的均值，只需数一遍")),
            symbol("s_d^2", listed("its variance about the means of the classes, the same for all of them: so the boundaries are straight", "该特征对各类别均值的方差，所有类别共用：因此边界是直的")),
            knob(r"\alpha", "smoothing", listed("the variance smoothing", "方差平滑")),
            symbol("b_k", listed("a bias, which the means and the shares of the classes give", "偏置，由各类别的均值与占比得到")),
            symbol("c(x)", listed("what is the same for all classes", "对所有类别都相同的部分")),
        ],
        source: paper("section 2"),
    }
}

fn discriminative_formula() -> Formula {
    Formula {
        title: listed("The discriminative player: logistic regression", "判别方：逻辑回归"),
        tex: r"\mathcal{L} = -\frac{1}{m} \sum_{i=1}^{m} \log P(y_i \mid x_i) + \frac{\lambda}{2m} \lVert \theta \rVert^2, \qquad \log P(k \mid x) = w_k^{\top} x + b_k + c(x)".into(),
        symbols: vec![
            curve(r"\mathcal{L}", "loss/regression", listed("what Adam descends, in minibatches: at least 200 updates and 10 passes for each m; the curve shows its first part", "由 Adam 以小批量下降：每个 m 至少 200 次更新、10 轮；曲线显示其第一部分")),
            symbol("m", listed("training samples", "训练样本数")),
            knob(r"\lambda", "penalty", listed("the penalty, for all weights and biases", "对全部权重与偏置的惩罚")),
            symbol(r"\theta", listed("all weights and biases", "全部权重与偏置")),
        ],
        source: source(
            "F. Pedregosa et al., scikit-learn, JMLR 12, 2011, LogisticRegression: its C is 1 / λ, 1 by default; the update: Kingma and Ba, Adam, ICLR 2015",
            "https://jmlr.org/papers/v12/pedregosa11a.html",
        ),
    }
}

fn theory_formula() -> Formula {
    Formula {
        title: listed("What the theory expects", "理论的预期"),
        tex: r"\epsilon_{\mathrm{dis}}(\infty) \le \epsilon_{\mathrm{gen}}(\infty), \qquad m_{\mathrm{dis}} = \mathcal{O}(D), \qquad m_{\mathrm{gen}} = \mathcal{O}(\log D)".into(),
        symbols: vec![
            symbol(r"\epsilon_{\mathrm{dis}}, \epsilon_{\mathrm{gen}}", listed("the test error of either player", "两位选手各自的测试错误率")),
            symbol(r"m_{\mathrm{dis}}, m_{\mathrm{gen}}", listed("samples that either needs to come near its error of ever more samples; for naive Bayes under assumptions on the features", "各自接近其极限错误率所需的样本数；对朴素贝叶斯，需要关于特征的若干假设")),
            symbol("D", listed("features: pixels, or coordinates", "特征数：像素或坐标")),
        ],
        source: paper("propositions 1 and 2, section 3"),
    }
}

fn error_formula() -> Formula {
    Formula {
        title: listed("Who errs less", "谁的错误率更低"),
        tex: r"\lvert \bar{\delta} \rvert > 2\, \frac{s_\delta}{\sqrt{R}}, \qquad s_\delta^2 = \frac{1}{R-1} \sum_{r=1}^{R} (\delta_r - \bar{\delta})^2".into(),
        symbols: vec![
            symbol(r"\delta_r", listed("naive Bayes' error less that of logistic regression in one draw", "同一次抽取中，朴素贝叶斯与逻辑回归的错误率之差")),
            symbol(r"\bar{\delta}", listed("its mean; smaller differences than this decide nothing", "其均值；更小的差别不作结论")),
            knob("R", "draws", listed("draws of training samples", "训练样本的抽取次数")),
        ],
        source: source(
            "T. G. Dietterich, Approximate statistical tests for comparing supervised classification learning algorithms, Neural Computation 10, 1998, section 3: paired differences, with their limits",
            "https://doi.org/10.1162/089976698300017197",
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocol::{Role, View};

    /// Of 200 test samples, with `draws` draws on three rungs; `wrong` is of one draw, player by player, and `shift` more
    /// are wrong in each draw after the first.
    fn lesson(draws: usize, wrong: [[f32; 2]; 3], shift: f32) -> Ladder {
        let player = |title, role| Player::new(title, role, ("any", View::Samples));
        let players = [
            player(text("Naive Bayes", "朴素贝叶斯"), Role::Generator),
            player(text("Logistic regression", "逻辑回归"), Role::Discriminator),
        ];
        let mut all = vec![0.0; draws * SIZES.len() * 2];
        for (draw, (rung, pair)) in (0..draws).flat_map(|draw| wrong.iter().enumerate().map(move |pair| (draw, pair))) {
            let place = (draw * SIZES.len() + rung) * 2;
            all[place] = pair[0] + shift * draw as f32;
            all[place + 1] = pair[1];
        }
        let lesson = Lesson { players, rungs: 3, draws, pairs: 3 * draws, tested: 200, wrong: Vec::new() };
        told(&lesson, &all)
    }

    /// 40, 42 and 44 wrong of 200: 20, 21 and 22 per cent, whose standard error is 1 / sqrt(3).
    #[test]
    fn bars_are_one_standard_error_of_the_mean() {
        let told = lesson(3, [[40.0, 50.0], [30.0, 30.0], [20.0, 10.0]], 2.0);
        let (size, mean, error) = told.rises[0].rungs[0];
        assert_eq!((size, mean), (10, 21.0));
        assert!((error - 1.0 / 3.0_f32.sqrt()).abs() < 1e-6);
        assert_eq!(told.rises[1].rungs[2], (50, 5.0, 0.0));
    }

    #[test]
    fn what_was_observed_is_held_against_the_theory() {
        let says = |wrong, shift| lesson(3, wrong, shift).said[0].en.to_string();
        let agrees = says([[40.0, 60.0], [38.0, 44.0], [36.0, 20.0]], 0.0);
        assert!(
            agrees.starts_with("With 10 samples naive Bayes errs less: 20.0 % against 30.0 % of logistic regression. ")
        );
        assert!(
            agrees.contains("With 50 samples logistic regression errs less: 10.0 % against 18.0 % of naive Bayes.")
        );
        assert!(agrees.contains("cross between 20 and 50") && agrees.contains("agrees with Ng"), "{agrees}");
        let early = says([[60.0, 40.0], [38.0, 30.0], [36.0, 20.0]], 0.0);
        assert!(early.contains("With few samples that contradicts") && !early.contains("cross"), "{early}");
        let late = says([[40.0, 60.0], [38.0, 44.0], [18.0, 20.0]], 0.0);
        assert!(late.contains("With many samples that contradicts"), "{late}");
        let turned = says([[60.0, 40.0], [38.0, 44.0], [18.0, 20.0]], 0.0);
        assert!(turned.contains("contradicts Ng and Jordan (2001) at both ends"), "{turned}");
        // Differences of -20, 0 and 20: a mean of 0.
        let undecided = says([[20.0, 40.0], [20.0, 40.0], [20.0, 40.0]], 20.0);
        assert!(
            undecided.contains("neither errs less beyond two") && undecided.contains("neither for nor"),
            "{undecided}"
        );
    }

    #[test]
    fn a_single_draw_has_no_bars_and_no_verdict() {
        let told = lesson(1, [[40.0, 60.0], [38.0, 44.0], [36.0, 20.0]], 0.0);
        assert_eq!(told.rises[0].rungs[0], (10, 20.0, 0.0));
        assert!(told.said[0].en.contains("two draws") && told.said[1].en.contains("1 of 1"));
        let zh = &lesson(2, [[40.0, 60.0], [38.0, 44.0], [36.0, 20.0]], 0.0).said[0].zh;
        assert!(zh.starts_with("用 10 个样本时，朴素贝叶斯的错误率更低：20.0 %") && !zh.contains("。 "), "{zh}");
    }
}
