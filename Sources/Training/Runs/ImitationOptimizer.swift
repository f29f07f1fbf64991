internal import Kernels
internal import Transformer

/// Gradient and moments of the imitation term where it has a learning rate of its own.
///
/// AdamW divides a gradient by its own size, so a factor on a term of the loss is no rate: only
/// moments of its own give the term steps that its rate alone decides. Weight decay belongs to the
/// other optimiser, once.
final class ImitationOptimizer {
  var gradients: TransformerGradients
  var optimizer: Optimizer

  init(_ layout: ParameterLayout, _ configuration: TrainingConfiguration.Optimization) {
    gradients = TransformerGradients(layout)
    var settings = configuration.adam
    settings.weightDecay = 0
    optimizer = Optimizer(
      layout, settings: settings, largestNorm: configuration.maximumGradientNorm)
  }
}
