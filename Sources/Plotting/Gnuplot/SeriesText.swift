/// The part of a `plot` command that draws one series.
enum SeriesText {
  /// What follows `'file' index n`, one string for each pass over the data; filled areas stand on
  /// `floor`, the low end of the y axis.
  static func elements(_ series: Series, floor: String) -> [String] {
    let style = series.style
    let colour = "linecolor rgb '\(style.colour.hexadecimal)'"
    let fill = "fillstyle \(StyleText.transparency(style)) noborder"
    switch series.marks {
    case .line: return ["using 1:2 with lines \(StyleText.line(style))"]
    case .points: return ["using 1:2 with points \(StyleText.point(style))"]
    case .labels:
      // As in boxes, one column of texts for the SVG and one for the PDF, four further left.
      return [
        "using 1:2:text_column-4 with labels center noenhanced"
          + " font '\(Typography.fontFamily),\(NumberText.exact(Typography.tickSize))'"
          + " textcolor rgb '\(style.colour.hexadecimal)'"
      ]
    case .band: return ["using 1:2:3 with filledcurves \(fill) \(colour)"]
    case .steps:
      // Empty bins have no logarithm: they lie on the axis.
      let height = "($2 > \(floor) ? $2 : \(floor))"
      return [
        "using 1:\(height) with fillsteps \(fill) \(colour)",
        "using 1:\(height) with steps \(StyleText.line(style))",
      ]
    case .density:
      // Each box reaches a little under its right and upper neighbours, which leaves no seams.
      let columns = "(($1+$2)/2):(($3+$4)/2):1:($2+0.04*($2-$1)):3:($4+0.04*($4-$3)):5"
      return ["using \(columns) with boxxyerror fillstyle solid noborder linecolor palette"]
    case .boxes(let boxes): return Self.boxes(hasMissing: boxes.contains { $0.value.isNaN })
    }
  }

  private static func boxes(hasMissing: Bool) -> [String] {
    let middle = "(($1+$2)/2):(($3+$4)/2)"
    let edge = "linewidth 0.4 fillstyle solid border rgb '#b0b0b0'"
    let markHeight = "($6 > 0 ? $4 : ($6 < 0 ? $3 : NaN))"
    // As text: a column that is NaN makes the whole point undefined, whatever is asked of it.
    let missing = "(strcol(5) eq 'NaN' ? ($1+$2)/2 : NaN)"
    let measured = "(strcol(5) eq 'NaN' ? NaN : ($1+$2)/2)"
    // White would mean zero.
    let hatched =
      "using \(missing):(($3+$4)/2):1:2:3:4 with boxxyerror linecolor rgb '#808080'"
      + " linewidth 0.4 fillstyle pattern 4 border rgb '#b0b0b0'"
    return (hasMissing ? [hatched] : []) + [
      "using \(measured):(($3+$4)/2):1:2:3:4:5 with boxxyerror linecolor palette \(edge)",
      "using 1:\(markHeight):($2-$1):(0) with vectors nohead linewidth 1.4 linecolor rgb '#000000'",
      "using \(middle):text_column with labels center noenhanced"
        + " font '\(Typography.monospacedFamily),\(NumberText.exact(Typography.boxTextSize))'",
    ]
  }
}

/// Styles as gnuplot spells them.
enum StyleText {
  static func line(_ style: Style) -> String {
    "linewidth \(NumberText.exact(style.lineWidth)) linecolor rgb '\(style.colour.hexadecimal)'"
      + " dashtype \(dash(style.dash))"
  }

  static func point(_ style: Style) -> String {
    "pointtype \(style.marker.rawValue) pointsize \(NumberText.exact(style.markerSize)) linewidth 0.7"
      + " linecolor rgb '\(style.colour.hexadecimal)'"
  }

  static func transparency(_ style: Style) -> String {
    "transparent solid \(NumberText.exact(style.fillOpacity))"
  }

  private static func dash(_ dash: Style.Dash) -> String {
    switch dash {
    case .solid: "solid"
    case .dashed: "(5,2)"
    case .dotted: "(1.2,1.6)"
    case .dashDotted: "(6,1.6,1.2,1.6)"
    case .shortDashed: "(2.6,1.5)"
    }
  }
}
