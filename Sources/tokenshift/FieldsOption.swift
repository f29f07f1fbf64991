import ArgumentParser
import Texts

/// `--fields`, of every command that reads texts.
struct FieldsOption: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      """
      What the fields of a line are called. Without it prompt and response, or prompt and completion \
      (TRL), input, output and score (verl), question and answer.
      """, valueName: "prompt=a,response=b,…"),
    transform: parsed)
  var fields: TextFields?

  /// The names that were given, or plain ones.
  var names: TextFields { fields ?? TextFields() }

  private static func parsed(_ text: String) throws -> TextFields {
    do throws(TextFieldError) {
      return try TextFields(parsing: text)
    } catch { throw ValidationError(error.description) }
  }
}
