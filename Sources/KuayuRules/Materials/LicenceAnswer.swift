public import KuayuModel

/// What a licence library (电子证照库) says about a licence.
public enum LicenceAnswer: Hashable, Sendable {
    /// It exists and is in force; until when, if it ends.
    case valid(until: CalendarDate?)
    /// Its time is over.
    case expired
    /// It was taken back or replaced.
    case revoked
    /// The library does not know it.
    case unknown
    /// The library could not be asked; for people, without personal data.
    case unavailable(reason: String)
}
