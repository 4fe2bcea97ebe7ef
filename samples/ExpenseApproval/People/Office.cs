using Orchestration.Client;
using Orchestration.Samples.ExpenseApproval.Workflows;
using Orchestration.Samples.Shared;
using Orchestration.Workflows;

namespace Orchestration.Samples.ExpenseApproval.People;

/// <summary>
/// Where the people work: it shows every letter that comes, and unless somebody else plays them, answers as they would. What they
/// answered is not remembered: a token can be completed once, and a second answer is turned away.
/// </summary>
public sealed class Office(IWorkflowClient client, FileBook<Letter> post, bool answers, TextWriter output)
{
    private static readonly TimeSpan LooksEvery = TimeSpan.FromMilliseconds(50);

    private readonly HashSet<string> _read = [];

    /// <summary>Reads letters until it is told to stop.</summary>
    public async Task WorkAsync(CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(LooksEvery);
        do
        {
            foreach (var letter in post.All().Where(letter => _read.Add(letter.Id))) await ReadAsync(letter, cancellationToken);
        }
        while (await timer.WaitForNextTickAsync(cancellationToken));
    }

    private async Task ReadAsync(Letter letter, CancellationToken cancellationToken)
    {
        await output.WriteLineAsync($"to {letter.To}: {letter.Text}");
        if (letter.Token is null) return;
        if (!answers)
        {
            await output.WriteLineAsync($"   answer with: approve {letter.Token}   (or: reject ..., or not at all)");
            return;
        }

        try
        {
            if (Person.AnswerTo(letter) is { } answer) await client.CompleteTokenAsync(letter.Token, answer, cancellationToken);
            if (letter.ExpenseId == Person.TakenBack)
            {
                await client.GetWorkflow<ApproveExpense>(ApprovalDesk.IdOf(letter.ExpenseId))
                    .UpdateAsync(static a => a.Withdraw("I walked"), cancellationToken: cancellationToken);
            }
        }
        catch (Exception late) when (late is TokenSpent or WorkflowClosed or UpdateRejected)
        {
            // Somebody was faster, or the letter is one of an earlier process that was answered then.
        }
    }
}
