//! Models and what they are made of, natively on the processor: one program, so that Burn is linked once.

mod adversarial;
mod augment;
mod bayes;
mod duel;
mod generative;
mod gradients;
mod kernels;
mod plane;
mod principal;
mod quality;
mod reference;
mod saliency;
mod signals;
#[path = "../support/mod.rs"]
mod support;
mod svm;
mod zoo;
