using Orchestration.OrderFulfillment.Workflows.Storage;
using Orchestration.Samples.Tests.Support;

namespace Orchestration.Samples.Tests.OrderFulfillment.Shop;

public sealed class SqliteWriterTests
{
    [Fact]
    public async Task Write_OneOfAGroupThrows_FailsAlone()
    {
        using var directory = new TempDirectory();
        var path = directory.File("numbers.db");
        await using (var writer = new SqliteWriter(path, "CREATE TABLE IF NOT EXISTS numbers (n INTEGER);"))
        {
            var outcomes = await Task.WhenAll(Enumerable.Range(0, 100).Select(async n =>
            {
                try
                {
                    return await writer.WriteAsync(session =>
                    {
                        session.Execute("INSERT INTO numbers VALUES ($1)", n);
                        return n % 10 == 3 ? throw new InvalidDataException() : true;
                    });
                }
                catch (InvalidDataException)
                {
                    return false;
                }
            }));
            Assert.Equal(90, outcomes.Count(static kept => kept));
        }

        using var reader = SqliteSession.OpenToRead(path);
        var kept = reader.All("SELECT n FROM numbers", static row => row.GetInt32(0));
        Assert.Equal(90, kept.Count);
        Assert.DoesNotContain(kept, static n => n % 10 == 3);
    }

    [Fact]
    public async Task Write_CanceledBeforeItsTurn_IsNotKept()
    {
        using var directory = new TempDirectory();
        await using var writer = new SqliteWriter(
            directory.File("numbers.db"), "CREATE TABLE IF NOT EXISTS numbers (n INTEGER);");
        using var canceled = new CancellationTokenSource();
        await canceled.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() =>
            writer.WriteAsync(static session => session.Execute("INSERT INTO numbers VALUES (1)"), canceled.Token));
        Assert.Equal(0, await writer.WriteAsync(
            static session => session.First("SELECT count(*) FROM numbers", static row => row.GetInt64(0))));
    }
}
