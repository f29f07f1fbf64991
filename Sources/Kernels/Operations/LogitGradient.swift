import Foundation

/// From the derivatives of a loss with respect to log-probabilities, entropies and divergences to
/// its derivatives with respect to logits: the last step of an objective, the first of backward.
///
/// It works on blocks of rows, so that logits of all tokens never exist at once.
package enum LogitGradient {
  /// What the predictions of one block of rows are summed up to, in nats.
  package struct Statistics: Sendable, Equatable {
    /// ln p of the row's target.
    package var logProbability: Double
    /// H(p) = −Σ p ln p.
    package var entropy: Double
    /// KL(p ‖ r) = Σ p ln(p/r) from the row to its reference; 0 without one.
    package var klPolicyReference: Double
    /// KL(r ‖ p) = Σ r ln(r/p) from the reference to the row; 0 without one.
    package var klReferencePolicy: Double

    /// All values given.
    package init(
      logProbability: Double = 0, entropy: Double = 0, klPolicyReference: Double = 0,
      klReferencePolicy: Double = 0
    ) {
      self.logProbability = logProbability
      self.entropy = entropy
      self.klPolicyReference = klPolicyReference
      self.klReferencePolicy = klReferencePolicy
    }
  }

  /// Derivatives of a loss with respect to one row's `Statistics`.
  package typealias Derivatives = Statistics

  /// The statistics of each row.
  ///
  /// - Parameters:
  ///   - logits: `[targets.count, vocabulary]`.
  ///   - reference: logits of another model for the same rows, or empty.
  ///   - targets: the token that each row predicts.
  ///   - vocabulary: Elements of a row.
  /// - Returns: one for each row, in nats.
  package static func statistics(
    of logits: Span<Float>, reference: Span<Float>, targets: Span<Int32>, vocabulary: Int
  ) -> [Statistics] {
    check(logits.count, reference, targets, vocabulary)
    return Parallel.map(targets.count) { row in
      let range = row * vocabulary..<(row + 1) * vocabulary
      let own = logits.extracting(range)
      let (partition, entropy) = partition(of: own)
      var result = Statistics(
        logProbability: Double(own[Int(targets[row])]) - partition, entropy: entropy)
      if !reference.isEmpty {
        let other = reference.extracting(range)
        let sums = LogitSums.divergences(
          before: own, beforeLogPartition: partition, after: other,
          afterLogPartition: Self.partition(of: other).log)
        result.klPolicyReference = sums.klBeforeAfter
        result.klReferencePolicy = sums.klAfterBefore
      }
      return result
    }
  }

  /// Overwrites logits z with the derivatives of the loss with respect to them.
  ///
  /// With p = softmax(z), y the target, r the reference: d ln p_y / dz_v = [v = y] − p_v;
  /// dH/dz_v = −p_v (ln p_v + H); dKL(p ‖ r)/dz_v = p_v (ln(p_v/r_v) − KL(p ‖ r));
  /// dKL(r ‖ p)/dz_v = p_v − r_v.
  ///
  /// - Parameters:
  ///   - logits: `[targets.count, vocabulary]`: z before, dz after.
  ///   - reference: logits of another model for the same rows, or empty.
  ///   - targets: the token that each row predicts.
  ///   - derivatives: of the loss, for each row.
  ///   - vocabulary: Elements of a row.
  ///   - scale: factor on the results: 1/T for logits that were divided by a temperature T.
  package static func backward(
    _ logits: inout MutableSpan<Float>, reference: Span<Float>, targets: Span<Int32>,
    derivatives: Span<Derivatives>, vocabulary: Int, scale: Double = 1
  ) {
    check(logits.count, reference, targets, vocabulary)
    precondition(derivatives.count == targets.count)
    RowBlocks.forEach(of: &logits, rows: targets.count, width: vocabulary, blockRows: 1) {
      row, logits in
      let row = row.lowerBound
      var derivatives = derivatives[row]
      derivatives.logProbability *= scale
      derivatives.entropy *= scale
      derivatives.klPolicyReference *= scale
      derivatives.klReferencePolicy *= scale
      let (partition, entropy) = partition(of: logits.span)
      var coefficients = Coefficients(derivatives, partition: partition, entropy: entropy)
      if !reference.isEmpty {
        let other = reference.extracting(row * vocabulary..<(row + 1) * vocabulary)
        coefficients.otherPartition = Self.partition(of: other).log
        coefficients.divergence =
          LogitSums.divergences(
            before: logits.span, beforeLogPartition: partition, after: other,
            afterLogPartition: coefficients.otherPartition
          ).klBeforeAfter
        unsafe overwrite(&logits, reference: other, coefficients)
      } else {
        unsafe overwrite(&logits, coefficients)
      }
      logits[Int(targets[row])] += Float(derivatives.logProbability)
    }
  }

  /// ln Σ e^z, and the entropy of the distribution.
  static func partition(of logits: Span<Float>) -> (log: Double, entropy: Double) {
    let shift = Double(LogitSums.maximum(logits))
    let sums = LogitSums.exponentials(logits, shift: shift)
    let logMass = log(sums.mass)
    return (shift + logMass, logMass - sums.first / sums.mass)
  }

  private struct Coefficients {
    let derivatives: Derivatives
    let partition: Double
    let entropy: Double
    var otherPartition = 0.0
    var divergence = 0.0

    init(_ derivatives: Derivatives, partition: Double, entropy: Double) {
      (self.derivatives, self.partition, self.entropy) = (derivatives, partition, entropy)
    }

    /// dz without the target's own term and without a reference.
    @inline(__always) func gradient(_ z: Lanes.Doubles) -> Lanes.Doubles {
      let s = z - partition
      return Lanes.exp(s) * (-derivatives.logProbability - derivatives.entropy * (s + entropy))
    }

    @inline(__always) func gradient(_ z: Lanes.Doubles, reference: Lanes.Doubles) -> Lanes.Doubles {
      let (s, other) = (z - partition, reference - otherPartition)
      let p = Lanes.exp(s)
      let own = -derivatives.logProbability - derivatives.entropy * (s + entropy)
      let toReference = derivatives.klPolicyReference * (s - other - divergence)
      return p * (own + toReference)
        + derivatives.klReferencePolicy * (p - Lanes.exp(other))
    }
  }

  @unsafe private static func overwrite(
    _ logits: inout MutableSpan<Float>, _ coefficients: Coefficients
  ) {
    unsafe logits.withUnsafeMutableBufferPointer { logits in
      guard let z = logits.baseAddress else { return }
      let whole = logits.count / 8 * 8
      for index in stride(from: 0, to: whole, by: 8) {
        let gradient = unsafe coefficients.gradient(Lanes.load(z + index))
        unsafe Lanes.store(Lanes.Floats(gradient), to: z + index)
      }
      for index in whole..<logits.count {
        unsafe z[index] = Float(
          coefficients.gradient(Lanes.Doubles(repeating: Double(z[index])))[0])
      }
    }
  }

  @unsafe private static func overwrite(
    _ logits: inout MutableSpan<Float>, reference: Span<Float>, _ coefficients: Coefficients
  ) {
    unsafe logits.withUnsafeMutableBufferPointer { logits in
      unsafe reference.withUnsafeBufferPointer { reference in
        guard let z = logits.baseAddress, let r = reference.baseAddress else { return }
        let whole = logits.count / 8 * 8
        for index in stride(from: 0, to: whole, by: 8) {
          let gradient = unsafe coefficients.gradient(
            Lanes.load(z + index), reference: Lanes.load(r + index))
          unsafe Lanes.store(Lanes.Floats(gradient), to: z + index)
        }
        for index in whole..<logits.count {
          let (own, other) = unsafe (Double(z[index]), Double(r[index]))
          unsafe z[index] = Float(
            coefficients.gradient(
              Lanes.Doubles(repeating: own), reference: Lanes.Doubles(repeating: other))[0])
        }
      }
    }
  }

  private static func check(
    _ count: Int, _ reference: Span<Float>, _ targets: Span<Int32>, _ vocabulary: Int
  ) {
    precondition(
      count == targets.count * vocabulary && (reference.isEmpty || reference.count == count),
      "logits: \(count) and \(reference.count) elements are not \(targets.count) × \(vocabulary)")
    for row in targets.indices {
      precondition(
        targets[row] >= 0 && Int(targets[row]) < vocabulary,
        "logits: target \(targets[row]) of \(vocabulary)")
    }
  }
}
