/* A program that does nothing, as the measure of starting one: tools/bench-page.c. */
int main(void)
{
    return 0;
}
