import KuayuModel

/// What a throwing initialiser says about a text: the kind of fault, or `nil` when it is taken.
func kind<Value>(
    _ type: (String) throws(IdentifierError) -> Value, _ text: String
) -> IdentifierError.Kind? {
    do throws(IdentifierError) {
        _ = try type(text)
        return nil
    } catch {
        return error.kind
    }
}

/// The text with one character replaced; positions count from 0.
func replacing(_ text: String, at position: Int, with character: Character) -> String {
    var characters = Array(text)
    characters[position] = character
    return String(characters)
}

/// A day that a test knows to exist; the first day of the calendar stands out when it does not.
func day(_ text: String) -> CalendarDate { CalendarDate(text) ?? .min }
