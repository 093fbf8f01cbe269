import KuayuModel
import KuayuRules

/// What is new and what is over among the notices of a case.
struct NoticeChange: Sendable {
    /// Stand now and did not.
    var raised: [CaseNotice] = []
    /// Stood and do not any more.
    var cleared: [NoticeRow] = []

    /// The difference between the rows that stand in the store and what holds now; a notice is known by kind and
    /// subject.
    init(open: [NoticeRow], standing: [CaseNotice]) {
        raised = standing.filter { notice in
            !open.contains { $0.kind == notice.kind && $0.subject == notice.subject }
        }
        cleared = open.filter { row in
            !standing.contains { $0.kind == row.kind && $0.subject == row.subject }
        }
    }
}
