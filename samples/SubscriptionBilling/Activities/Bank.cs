using Orchestration.Samples.Shared;

namespace Orchestration.Samples.SubscriptionBilling.Activities;

/// <summary>The bank's book, and the letters that were written.</summary>
/// <param name="directory">Where they are kept.</param>
public sealed class Bank(string directory)
{
    /// <summary>What a card without money is called.</summary>
    public const string EmptyCard = "empty";

    /// <summary>The invoices that were paid, by their ids.</summary>
    public FileBook<Charge> Charges { get; } = new(Path.Combine(directory, "charges"));

    /// <summary>The letters, by what makes each one the same however often it is sent.</summary>
    public FileBook<Letter> Letters { get; } = new(Path.Combine(directory, "letters"));
}
