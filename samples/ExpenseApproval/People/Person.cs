using Orchestration.Samples.ExpenseApproval.Workflows;

namespace Orchestration.Samples.ExpenseApproval.People;

/// <summary>The people of the sample: who asks for what, and who answers how.</summary>
public static class Person
{
    /// <summary>Who is asked, one after the other.</summary>
    public static IReadOnlyList<string> Approvers { get; } = ["team lead", "head of department", "board"];

    /// <summary>What the employees ask for.</summary>
    public static IReadOnlyList<Expense> Expenses { get; } =
    [
        new("1", "Ada", "a train ticket", 89.50m),
        new("2", "Ben", "a conference", 1900m),
        new("3", "Cleo", "an espresso machine", 3200m),
        new("4", "Dan", "a sailing boat", 48000m),
        new("5", "Eve", "a taxi", 41m),
    ];

    /// <summary>The expense whose employee takes it back once they are asked about it.</summary>
    public static string TakenBack => "5";

    /// <summary>What a person answers to a letter; null: nothing, this time.</summary>
    public static Answer? AnswerTo(Letter letter) => (letter.ExpenseId, letter.To) switch
    {
        ("1", _) => new Answer(true),
        ("2", not "team lead") when letter.IsReminder => new Answer(true, "sorry, I was travelling"),
        ("3", _) => new Answer(false, "we have tea"),
        _ => null,
    };
}
