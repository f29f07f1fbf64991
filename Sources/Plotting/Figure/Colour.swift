/// A colour of the sRGB space.
package struct Colour: Sendable, Hashable {
  /// Red, green and blue in one number, 0xRRGGBB.
  package let rgb: UInt32

  /// A colour of 0xRRGGBB.
  package init(_ rgb: UInt32) { self.rgb = rgb & 0xFF_FFFF }

  /// The eight colours of Okabe and Ito, which people with colour blindness can tell apart.
  package static let black = Colour(0x00_0000)
  /// Okabe and Ito's orange.
  package static let orange = Colour(0xE6_9F00)
  /// Okabe and Ito's sky blue.
  package static let skyBlue = Colour(0x56_B4E9)
  /// Okabe and Ito's bluish green.
  package static let bluishGreen = Colour(0x00_9E73)
  /// Okabe and Ito's yellow.
  package static let yellow = Colour(0xF0_E442)
  /// Okabe and Ito's blue.
  package static let blue = Colour(0x00_72B2)
  /// Okabe and Ito's vermilion.
  package static let vermilion = Colour(0xD5_5E00)
  /// Okabe and Ito's reddish purple.
  package static let reddishPurple = Colour(0xCC_79A7)
  /// A grey for lines that guide the eye.
  package static let guide = Colour(0x80_8080)

  /// As gnuplot reads it: `#rrggbb`.
  var hexadecimal: String {
    let digits = String(rgb, radix: 16)
    return "#" + String(repeating: "0", count: 6 - digits.count) + digits
  }

  /// The colour with that share of white mixed in, in [0, 1].
  package func mixedWithWhite(_ share: Double) -> Colour {
    let channels = [16, 8, 0].map { shift -> UInt32 in
      let value = Double(rgb >> UInt32(shift) & 0xFF)
      return UInt32((value + (255 - value) * share).rounded()) << UInt32(shift)
    }
    return Colour(channels.reduce(0, |))
  }

  /// Relative lightness in grey print, in [0, 1] (ITU-R BT.601 weights on encoded values).
  package var luma: Double {
    let (red, green, blue) = (rgb >> 16 & 0xFF, rgb >> 8 & 0xFF, rgb & 0xFF)
    return (0.299 * Double(red) + 0.587 * Double(green) + 0.114 * Double(blue)) / 255
  }
}

/// Whose curve it is; colour, dash and marker follow, the same in every figure.
package enum SeriesRole: Sendable, Hashable {
  /// The model before training.
  case base
  /// Supervised fine-tuning, or the step base → SFT.
  case sft
  /// Reinforcement learning, or the step base → RL.
  case rl
  /// Both at once, or the step base → SRFT.
  case srft
  /// The step SFT → RL.
  case sftToRL
  /// Anything else, by its number from 0.
  case other(Int)

  /// The look of the role: lightness and dash differ too, for print in grey.
  package var style: Style {
    switch self {
    case .base: Style(colour: .black, dash: .dotted, marker: .cross)
    case .sft: Style(colour: .orange, dash: .solid, marker: .circle)
    case .rl: Style(colour: .blue, dash: .dashed, marker: .square)
    case .srft: Style(colour: .bluishGreen, dash: .dashDotted, marker: .triangle)
    case .sftToRL: Style(colour: .reddishPurple, dash: .shortDashed, marker: .diamond)
    case .other(let number):
      Self.spare[max(0, number) % Self.spare.count]
    }
  }

  private static let spare: [Style] = [
    Style(colour: .vermilion, dash: .dashDotted, marker: .diamond),
    Style(colour: .skyBlue, dash: .solid, marker: .triangle),
    Style(colour: .bluishGreen, dash: .shortDashed, marker: .square),
    Style(colour: .reddishPurple, dash: .dashed, marker: .circle),
    Style(colour: .black, dash: .dashDotted, marker: .cross),
  ]
}

/// Colours for values.
package enum Palette: Sendable {
  /// From near white to dark blue, even in lightness; for counts.
  case sequential
  /// From orange over white at zero to blue; pale enough for black text.
  case diverging

  /// Colours at even distances from the lowest value to the highest.
  package var stops: [Colour] {
    switch self {
    case .sequential:
      [0xE8_F1FA, 0xB9_D6EC, 0x7F_B5DA, 0x43_8FC1, 0x1C_66A0, 0x0D_4478, 0x08_2548].map(
        Colour.init)
    case .diverging:
      [0xE8_8A2E, 0xF6_C48E, 0xFF_FFFF, 0xA9_CFEB, 0x4C_9BD3].map(Colour.init)
    }
  }
}

/// How values become colours, and where the bar that says so stands.
package struct ColourScale: Sendable, Equatable {
  /// Where the colour bar stands.
  package enum Bar: Sendable {
    /// Right of the panel.
    case right
    /// Below all panels, in the middle of the figure.
    case below
    /// Nowhere: another panel's bar serves.
    case none
  }

  /// The colours.
  package var palette: Palette
  /// What the colours measure, with its range.
  package var axis: Axis
  /// Where the bar stands.
  package var bar: Bar

  /// A scale of colours; the axis needs a range unless the values give one.
  package init(palette: Palette, axis: Axis, bar: Bar) {
    self.palette = palette
    self.axis = axis
    self.bar = bar
  }
}
