import Foundation

/// An axis: what it measures, in which unit, over which range.
package struct Axis: Sendable, Equatable {
  /// How values map to lengths.
  package enum Scale: Sendable {
    /// In proportion.
    case linear
    /// By their logarithm; values of zero and below lie outside.
    case logarithmic
  }

  /// Where the marks and numbers stand.
  package enum Ticks: Sendable, Equatable {
    /// At round values.
    case automatic
    /// At round whole numbers, for counts and positions.
    case whole
    /// At these values, with these texts.
    case at([Tick])
  }

  /// One mark on an axis.
  package struct Tick: Sendable, Equatable {
    /// Where it stands.
    package var value: Double
    /// What is written there; a minor mark has no text.
    package var text: TickText

    /// A mark with a text.
    package init(_ value: Double, _ text: String) {
      self.value = value
      self.text = .plain(text)
    }

    package var plainText: String {
      if case .plain(let text) = text { text } else { "" }
    }

    init(_ value: Double, text: TickText) {
      self.value = value
      self.text = text
    }
  }

  /// What is written at a mark.
  package enum TickText: Sendable, Equatable {
    /// Nothing; the mark is short.
    case none
    /// A text without markup.
    case plain(String)
    /// Ten to that power.
    case powerOfTen(Int)
  }

  /// What it measures and in which unit; empty for none.
  package var label: String
  /// How values map to lengths.
  package var scale: Scale
  /// Both ends; taken from the data when nil.
  package var range: ClosedRange<Double>?
  /// Where the numbers stand.
  package var ticks: Ticks
  /// False where the panel below shows the numbers and the label.
  package var showsText: Bool
  /// False for panels without a frame.
  package var isVisible: Bool

  /// An axis labelled "label (unit)".
  package init(
    _ label: String, unit: String? = nil, scale: Scale = .linear,
    range: ClosedRange<Double>? = nil, ticks: Ticks = .automatic, showsText: Bool = true
  ) {
    self.label = unit.map { "\(label) (\($0))" } ?? label
    self.scale = scale
    self.range = range
    self.ticks = ticks
    self.showsText = showsText
    isVisible = true
  }

  /// An axis that only maps values to lengths, for drawings.
  package static func hidden(_ range: ClosedRange<Double>) -> Axis {
    var axis = Axis("", range: range)
    axis.showsText = false
    axis.isVisible = false
    return axis
  }
}

/// An axis with both ends and every mark settled.
struct ResolvedAxis: Equatable {
  let axis: Axis
  let low: Double
  let high: Double
  let ticks: [Axis.Tick]

  /// Settles an axis for the values drawn along it; nil if no range can be found.
  init?(
    _ axis: Axis, values: some Sequence<Double>, length: Double, isHorizontal: Bool = false
  ) {
    guard let range = axis.range ?? Self.range(of: values, scale: axis.scale) else { return nil }
    guard axis.scale == .linear || range.lowerBound > 0, range.lowerBound < range.upperBound
    else { return nil }
    self.axis = axis
    (low, high) = (range.lowerBound, range.upperBound)
    switch axis.ticks {
    case .at(let chosen): ticks = chosen.filter { range.contains($0.value) }
    case .automatic, .whole:
      ticks =
        axis.scale == .linear
        ? TickPlacement.linear(
          low, high, length: length, isHorizontal: isHorizontal,
          smallestStep: axis.ticks == .whole ? 1 : 0)
        : TickPlacement.logarithmic(low, high, length: length)
    }
  }

  /// Smallest and largest finite value (above zero if logarithmic), widened to be a range.
  private static func range(
    of values: some Sequence<Double>, scale: Axis.Scale
  ) -> ClosedRange<Double>? {
    var (low, high) = (Double.infinity, -Double.infinity)
    for value in values where value.isFinite && (scale == .linear || value > 0) {
      low = min(low, value)
      high = max(high, value)
    }
    guard low <= high else { return nil }
    switch scale {
    case .linear:
      let pad = high > low ? (high - low) * 0.04 : max(abs(low) * 0.1, 0.5)
      return (low - pad)...(high + pad)
    case .logarithmic:
      let pad = high > low ? pow(high / low, 0.04) : 2
      return max(low / pad, .leastNormalMagnitude)...min(high * pad, .greatestFiniteMagnitude)
    }
  }

  /// The widest number in points.
  var tickTextWidth: Double {
    guard axis.showsText else { return 0 }
    return ticks.map { tick in
      switch tick.text {
      case .none: 0
      case .plain(let text): TextMetrics.width(text, size: Typography.tickSize)
      case .powerOfTen(let power):
        TextMetrics.width("10", size: Typography.tickSize)
          + TextMetrics.width(String(power), size: Typography.tickSize * 0.8)
      }
    }.max() ?? 0
  }
}
