extension CausalAttention {
  /// What a layer does between its products and the softmax.
  package struct Settings: Sendable, Equatable {
    /// The products of queries and keys are multiplied by this.
    package var scale: Float
    /// Positions that a query sees at most, itself included; nil for all before it.
    package var window: Int?
    /// c of the soft cap c · tanh(score / c); nil for none.
    package var softCap: Float?

    /// Parts given.
    package init(scale: Float, window: Int? = nil, softCap: Float? = nil) {
      precondition(window ?? 1 > 0, "attention: a window of \(window ?? 0) sees nothing")
      (self.scale, self.window, self.softCap) = (scale, window, softCap)
    }

    /// Scaled by 1/√dimension, and nothing else.
    package init(_ heads: Heads) {
      self.init(scale: 1 / Float(heads.dimension).squareRoot())
    }

    /// How many of `count` positions before and with a query its window leaves out.
    @inline(__always) func hiddenCount(of count: Int) -> Int {
      window.map { max(0, count - $0) } ?? 0
    }
  }

  /// Soft cap, window and softmax of one query's scores, the first `visible` of which don't lie in
  /// the future.
  @inline(__always) @unsafe static func weigh(
    _ scores: UnsafeMutableBufferPointer<Float>, visible: Int, _ settings: Settings
  ) {
    let hidden = settings.hiddenCount(of: visible)
    if let cap = settings.softCap {
      unsafe SoftCap.apply(cap, to: UnsafeMutableBufferPointer(rebasing: scores[hidden..<visible]))
    }
    unsafe UnsafeMutableBufferPointer(rebasing: scores[..<hidden]).update(repeating: 0)
    unsafe softmax(
      UnsafeMutableBufferPointer(rebasing: scores[hidden...]), visible: visible - hidden)
  }
}
