// The fields that the program itself speaks of; everything else is reached through the schema.
extension Field {
    /// `caseId`.
    public static let caseID = named("caseId")
    /// `version`.
    public static let version = named("version")
    /// `registeredAt`.
    public static let registeredAt = named("registeredAt")
    /// `nationalNumber`.
    public static let nationalNumber = named("nationalNumber")
    /// `item.catalogCode`.
    public static let catalogCode = named("item.catalogCode")
    /// `item.name`.
    public static let itemName = named("item.name")
    /// `mode`.
    public static let mode = named("mode")
    /// `places.applied.division`.
    public static let appliedDivision = named("places.applied.division")
    /// `places.collected.division`.
    public static let collectedDivision = named("places.collected.division")
    /// `places.handling[].division`.
    public static let handlingDivision = named("places.handling[].division")
    /// `applicant.name`.
    public static let applicantName = named("applicant.name")
    /// `status`.
    public static let status = named("status")
    /// `statusRaw.table`.
    public static let statusRawTable = named("statusRaw.table")
    /// `statusRaw.code`.
    public static let statusRawCode = named("statusRaw.code")
    /// `calendar`.
    public static let calendar = named("calendar")
    /// `dueAt`.
    public static let dueAt = named("dueAt")
    /// `result.outcome`.
    public static let outcome = named("result.outcome")
    /// `result.decidedAt`.
    public static let decidedAt = named("result.decidedAt")
    /// `startedAt`.
    public static let startedAt = named("startedAt")
    /// `events[].action`.
    public static let eventAction = named("events[].action")
    /// `events[].startedAt`.
    public static let eventStartedAt = named("events[].startedAt")
    /// `events[].reportedBy`.
    public static let eventReportedBy = named("events[].reportedBy")
    /// `events[].seq`.
    public static let eventSequence = named("events[].seq")
    /// `localNumbers[].region`.
    public static let localNumberRegion = named("localNumbers[].region")
    /// `localNumbers[].scheme`.
    public static let localNumberScheme = named("localNumbers[].scheme")
    /// `localNumbers[].value`.
    public static let localNumberValue = named("localNumbers[].value")
    /// `branches[].region`.
    public static let branchRegion = named("branches[].region")
    /// `branches[].status`.
    public static let branchStatus = named("branches[].status")
    /// `branches[].outcome`.
    public static let branchOutcome = named("branches[].outcome")
}

extension ListField {
    /// `places.handling`.
    public static let handling = named("places.handling")
    /// `materials`.
    public static let materials = named("materials")
    /// `events`.
    public static let events = named("events")
    /// `localNumbers`.
    public static let localNumbers = named("localNumbers")
    /// `branches`.
    public static let branches = named("branches")
    /// `ext`.
    public static let ext = named("ext")
}
