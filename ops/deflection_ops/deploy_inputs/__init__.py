"""
The values that a deployment needs: from the command line, the stack that exists, or the answers of the user.

    values       the five values, and the form that each must have
    choices      the instances, phone numbers and queues of the account
    languages    the languages of the flows, and the one that fits a country
    completion   find the resources that are given by name, and ask for the missing values
    plan         the deployment that the values describe; the checks of the doctor read it
"""
